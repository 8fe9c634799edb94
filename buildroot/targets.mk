################################################################################
#
# The targets about the device: its program for ARM, and its card
#
################################################################################

# Debian's compilers and emulators for ARM, as .ci/need wants them.
CROSS       := arm-linux-gnueabi-gcc:gcc-arm-linux-gnueabi+libc6-dev-armel-cross arm-linux-gnueabihf-gcc:gcc-arm-linux-gnueabihf+libc6-dev-armhf-cross aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu+libc6-dev-arm64-cross readelf:binutils
EMULATE     := qemu-arm-static:qemu-user-static qemu-aarch64-static:qemu-user-static

.PHONY: arm arm-twice arm-test arm-slice

arm: go ## the device binary for armv6 (every Pi), armv7 and arm64, into bin/; each runs its self-test
	@.ci/need $(CROSS) $(EMULATE)
	GO=$(GO) .ci/arm bin $(NAMES)

arm-twice: go ## two builds of the last commit, far apart, give the same bytes
	@.ci/need $(CROSS) $(EMULATE)
	GO=$(GO) .ci/arm-twice $(NAMES)

arm-test: go ## terminal and display pass their tests as ARM programs; QUICK=-quick for a slice
	@.ci/need $(EMULATE)
	GO=$(GO) .ci/arm-test $(QUICK) $(NAMES)

arm-slice: go ## what of arm-twice and arm-test there is time for in every run of CI
	@.ci/need $(CROSS) $(EMULATE)
	GO=$(GO) .ci/arm-twice armv6
	GO=$(GO) .ci/arm-test -quick

.PHONY: dist image image-check

dist: go ## the sources with all Go modules, as Buildroot takes them, and the list of them (SBOM), into dist/
	GO=$(GO) buildroot/dist dist

image: dist ## a card for a board, with your own Buildroot: make image BOARD=pi0|zero2w|pi3|pi4|pi5 BUILDROOT=DIR
	@[ -n "$(BOARD)" ] && [ -f "buildroot/configs/kasir_$(BOARD)_defconfig" ] || { echo "which board? make image BOARD=... with one of:" $$(ls buildroot/board | grep -v common) >&2; exit 2; }
	@[ -f "$(BUILDROOT)/Config.in.legacy" ] || { echo "where is Buildroot 2026.02? make image BOARD=$(BOARD) BUILDROOT=DIR - https://buildroot.org/download.html" >&2; exit 2; }
	$(MAKE) -C $(BUILDROOT) O=$(CURDIR)/dist/$(BOARD) BR2_EXTERNAL=$(CURDIR)/buildroot kasir_$(BOARD)_defconfig
	@[ -n "$(KEYRING)" ] || echo "this card will take no updates: KEYRING=FILE is not given; buildroot/update/make-keys makes it" >&2
	SOURCE_DATE_EPOCH=$$(sed -n s/^SOURCE_DATE_EPOCH=//p dist/source/.stamp) $(TRUST) $(MAKE) -C dist/$(BOARD)
	@sha256sum dist/$(BOARD)/images/sdcard.img

# KEYRING=test is the keys in this tree, which everybody has.
TRUST = $(if $(filter test,$(KEYRING)),KASIR_TEST=yes KASIR_KEYRING=$(CURDIR)/buildroot/update/keys/test/ca.pem,KASIR_KEYRING=$(abspath $(KEYRING)))
KEYDIR = $(if $(filter test,$(KEYS)),buildroot/update/keys/test,$(KEYS))

.PHONY: bundle
bundle: ## the system of make image as a signed update, into dist/: make bundle BOARD=... KEYS=DIR
	@[ -n "$(BOARD)" ] && [ -d "dist/$(BOARD)/images" ] || { echo "which board? make bundle BOARD=... KEYS=DIR, after make image BOARD=..." >&2; exit 2; }
	@[ -r "$(KEYDIR)/sign.key" ] || { echo "whose update is it? KEYS=DIR with sign.key and sign.pem; buildroot/update/make-keys DIR NAME makes them" >&2; exit 2; }
	@.ci/need rauc mksquashfs:squashfs-tools
	@SIGN_KEY=$(KEYDIR)/sign.key SIGN_CERT=$(KEYDIR)/sign.pem buildroot/update/bundle "$(BOARD)" "dist/$(BOARD)/images" dist

image-check: go ## what can be known of the card without building it; with BUILDROOT=DIR also that no option is dropped
	@.ci/need shellcheck dtc:device-tree-compiler genimage mkfs.vfat:dosfstools mcopy:mtools mkimage:u-boot-tools rauc mksquashfs:squashfs-tools openssl mkfs.ext4:e2fsprogs sfdisk:fdisk $(if $(BUILDROOT),flake8:flake8+python3-magic)
	GO=$(GO) buildroot/check $(BUILDROOT)

.PHONY: flash verify-card

flash: ## write a card and read it back: make flash IMAGE=FILE DISK=/dev/sdX [TXT=kasir.txt]
	buildroot/tools/flash "$(IMAGE)" "$(DISK)" $(if $(TXT),--txt "$(TXT)")

verify-card: ## does a used card still hold the system of an image? make verify-card IMAGE=FILE DISK=/dev/sdX
	buildroot/tools/verify-card "$(IMAGE)" "$(DISK)"

.PHONY: wiring
wiring: go ## the wiring pictures of all kits anew, from their board files, into buildroot/wiring
	$(GO) test ./cmd/kasir/wiring -count=1 -update

# The device without a device: Debian's kernel and programs under our own card.
DEVICE      := qemu-system-aarch64:qemu-system-arm genimage mkfs.vfat:dosfstools mcopy:mtools mkimage:u-boot-tools mksquashfs:squashfs-tools dtc:device-tree-compiler cpio depmod:kmod qemu-aarch64-static:qemu-user-static debugfs:e2fsprogs zbarimg:zbar-tools aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu+libc6-dev-arm64-cross

.PHONY: device-image device-test device-slice device-programs

device-programs: go cc
	@.ci/need $(DEVICE)
	@buildroot/qemu/fetch dist/qemu/packages
	@GO=$(GO) .ci/arm dist/qemu/bin arm64
	@CGO_ENABLED=0 GOOS=linux GOARCH=arm64 $(GO) build -trimpath -buildvcs=false -ldflags '-s -w' -o dist/qemu/bin/guest ./cmd/kasir-devicetest/guest
	@$(GO) build -o dist/qemu/bin/ ./cmd/kasir ./cmd/kasir-backend ./cmd/midtrans-sandbox ./cmd/kasir-devicetest

CARD = eval "$$(.ci/stamp)"; export SOURCE_DATE_EPOCH; PACKAGES=$(CURDIR)/dist/qemu/packages buildroot/qemu/make-image

device-image: device-programs ## the card of the emulated device, with the same parts as a real one's: dist/qemu/card/images/sdcard.img
	@$(CARD) $(CURDIR)/dist/qemu/card $(CURDIR)/dist/qemu/bin/kasir-arm64 $(CURDIR)/dist/qemu/bin/guest

device-test: device-image ## the device in QEMU: a sale, 20 power cuts, a slot destroyed, a till that hangs; STEPS=sale,slot,cuts,control,watchdog,boot for some
	@GO=$(GO) buildroot/qemu/make-control dist/qemu/bin/kasir-control
	@$(CARD) $(CURDIR)/dist/qemu/control $(CURDIR)/dist/qemu/bin/kasir-control $(CURDIR)/dist/qemu/bin/guest
	dist/qemu/bin/kasir-devicetest -cuts $(or $(CUTS),20) -only "$(STEPS)"

device-slice: device-image ## what of device-test there is time for in every run of CI
	dist/qemu/bin/kasir-devicetest -cuts 2 -only cuts,slot

.PHONY: device-update
device-update: device-image ## updates of the device in QEMU, by stick: refused, broken, not well, good; about ten minutes
	@.ci/need $(DEVICE) rauc openssl
	PACKAGES=$(CURDIR)/dist/qemu/packages buildroot/qemu/test-update $(CURDIR)/dist/qemu/update $(CURDIR)/dist/qemu/bin/kasir-arm64 $(CURDIR)/dist/qemu/bin/guest
