include $(sort $(wildcard $(BR2_EXTERNAL_KASIR_PATH)/package/*/*.mk))

# Buildroot reads this after fs/squashfs, and uses it when it makes the image.
ROOTFS_SQUASHFS_ARGS += -action-file $(BR2_EXTERNAL_KASIR_PATH)/board/common/squashfs.actions
