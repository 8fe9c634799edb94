# boot.cmd - which of the two systems a card starts; U-Boot runs it as boot.scr.
#
# slots.env on this partition says it: BOOT_ORDER, and for each slot how many starts
# it has left until somebody calls it good. The first slot of the order that has any
# left is started, and has one less from then on: that is on the card before the
# slot's own code runs, so that a system that hangs is not tried for ever. When none
# has any left, both get theirs back: a device that tries is better than one that
# does not. A file that cannot be read or written counts as a new one, for the same
# reason. What a slot is started with is in the directory A or B of this partition.
if test "${devtype}" = nvme; then setenv disk /dev/nvme0n1; else setenv disk /dev/mmcblk0; fi
setenv fat "${devtype} ${devnum}:${distro_bootpart}"

# What the firmware and cmdline.txt want the kernel to know. Where there is no such
# firmware, board.env says it.
setenv args
fdt addr ${fdt_addr}
fdt get value args /chosen bootargs
if test -e ${fat} board.env && load ${fat} ${ramdisk_addr_r} board.env; then
	env import -t ${ramdisk_addr_r} ${filesize} args
fi

setenv BOOT_ORDER
setenv BOOT_A_LEFT
setenv BOOT_B_LEFT
if load ${fat} ${ramdisk_addr_r} slots.env; then
	env import -t ${ramdisk_addr_r} ${filesize} BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT
fi
if test "${BOOT_ORDER}" != "A B" && test "${BOOT_ORDER}" != "B A"; then
	echo "slots.env is none: A before B"
	setenv BOOT_ORDER "A B"
	setenv BOOT_A_LEFT 3
	setenv BOOT_B_LEFT 3
fi

setenv slot
for round in first second; do
	for s in ${BOOT_ORDER}; do
		if test -z "${slot}" && test "${s}" = A && test "${BOOT_A_LEFT}" -gt 0; then
			setenv slot A
			setenv part 2
			setexpr BOOT_A_LEFT ${BOOT_A_LEFT} - 1
		fi
		if test -z "${slot}" && test "${s}" = B && test "${BOOT_B_LEFT}" -gt 0; then
			setenv slot B
			setenv part 3
			setexpr BOOT_B_LEFT ${BOOT_B_LEFT} - 1
		fi
	done
	if test -z "${slot}"; then
		echo "no slot has a start left: both get theirs back"
		setenv BOOT_A_LEFT 3
		setenv BOOT_B_LEFT 3
	fi
done
env export -t ${ramdisk_addr_r} BOOT_A_LEFT BOOT_B_LEFT BOOT_ORDER
# Without the zero at its end, which is no text.
setexpr filesize ${filesize} - 1
fatwrite ${fat} ${ramdisk_addr_r} slots.env ${filesize}

setenv bootargs "${args} root=${disk}p${part} rootfstype=squashfs ro rootwait rauc.slot=${slot}"
echo "starting slot ${slot}; left: A ${BOOT_A_LEFT}, B ${BOOT_B_LEFT}"
if test -e ${fat} ${slot}/zImage; then
	load ${fat} ${kernel_addr_r} ${slot}/zImage && bootz ${kernel_addr_r} - ${fdt_addr}
fi
if load ${fat} ${kernel_addr_r} ${slot}/Image; then
	# A kernel that has its drivers inside needs no initrd.
	setenv initrd -
	if test -e ${fat} ${slot}/initrd && load ${fat} ${ramdisk_addr_r} ${slot}/initrd; then
		setenv initrd ${ramdisk_addr_r}:${filesize}
	fi
	booti ${kernel_addr_r} ${initrd} ${fdt_addr}
fi
echo "slot ${slot} does not start"
sleep 2
reset
