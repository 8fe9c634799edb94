# The targets about the device: its program for ARM, and its card. The Makefile
# above includes this.

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
