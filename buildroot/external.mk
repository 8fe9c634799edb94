include $(sort $(wildcard $(BR2_EXTERNAL_KASIR_PATH)/package/*/*.mk))
