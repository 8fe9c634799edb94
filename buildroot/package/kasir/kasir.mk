################################################################################
#
# kasir
#
################################################################################

# What a build says of itself was written down when the sources were packed.
KASIR_SAID = $(shell sed -n 's/^$(1)=//p' $(KASIR_SITE)/.stamp 2>/dev/null)

KASIR_SITE := $(call qstrip,$(BR2_PACKAGE_KASIR_SOURCE))
KASIR_SITE_METHOD = local
KASIR_VERSION := $(call KASIR_SAID,VERSION)
KASIR_LICENSE = MIT
KASIR_LICENSE_FILES = LICENSE

KASIR_GOMOD = kasir
KASIR_BUILD_TARGETS = cmd/kasir
KASIR_TAGS = sqlite_omit_load_extension netgo osusergo nethttpomithttp2
KASIR_LDFLAGS = -s -w -buildid= \
	-X main.version=$(KASIR_VERSION) \
	-X main.commit=$(call KASIR_SAID,COMMIT) \
	-X main.date=$(call KASIR_SAID,DATE)
KASIR_GO_ENV = CGO_ENABLED=1

# gpio, spi, i2c, input, lp, dialout and watchdog are the groups of the devices in
# mdev.conf; the printer of receipts is one of lp, or of dialout on a serial line.
define KASIR_USERS
	kasir -1 kasir -1 * - - gpio,spi,i2c,input,audio,lp,dialout,watchdog kasir, the till
endef

# What a till says aloud is beside the program: the limit of its size is near.
define KASIR_INSTALL_VOICE
	$(INSTALL) -D -m 0644 -t $(TARGET_DIR)/usr/share/kasir/voice \
		$(@D)/terminal/speaker/voice/recorded/*.wav
endef
KASIR_POST_INSTALL_TARGET_HOOKS += KASIR_INSTALL_VOICE

$(eval $(golang-package))
