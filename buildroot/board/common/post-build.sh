#!/bin/sh
# post-build TARGET BOARD - Buildroot runs this on the finished root file system:
# what depends on the board or on the time of the build, and what must not be there.
set -eu
target=$1
board=$2

# Devices belong to groups, so that the till needs no root. The first line that
# matches counts, so these go before Buildroot's own.
if ! grep -q '^spidev' "$target/etc/mdev.conf"; then
	sed -i '1i\
spidev[0-9.]+\troot:spi 660\
i2c-[0-9]+\troot:i2c 660\
gpiochip[0-9]+\troot:gpio 660\
gpiomem[0-9]*\troot:gpio 660\
input/event[0-9]+\troot:input 660\
usb/lp[0-9]+\troot:lp 660\
tty(USB|ACM)[0-9]+\troot:dialout 660\
watchdog[0-9]*\troot:watchdog 660' "$target/etc/mdev.conf"
fi

# Time never runs before this, on a device without a clock.
echo "${SOURCE_DATE_EPOCH:?reproducible builds set it}" >"$target/etc/kasir-built"
echo "$board" >"$target/etc/kasir-board"

# What it is called, and whose updates it takes.
"$(dirname "$0")/../../update/trust" "$target"

# The data partition and the boot partition are mounted by /usr/lib/kasir/first.
mkdir -p "$target/data" "$target/boot"

# Who may log in is on the data partition, where S60ssh looks.
mkdir -p "$target/root" && chmod 700 "$target/root"
ln -sfn /data/system/ssh "$target/root/.ssh"

# Nothing listens: services of packages that came in with others, and dropbear's own,
# which would ask for passwords (S60ssh starts it when kasir.txt named a key). Nor is there a crontab,
# or a place on a read-only root for the seed of random numbers.
for service in S50telnet S90httpd S50dropbear S50sshd S15watchdog S50crond S01seedrng; do
	rm -f "$target/etc/init.d/$service"
done
