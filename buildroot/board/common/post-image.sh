#!/bin/sh
# post-image IMAGES BOARD - Buildroot runs this last: it makes sdcard.img, and a
# manifest that says what is in it.
set -eu
images=$1
board=$2
here=$(cd "$(dirname "$0")" && pwd)
files=${BUILD_DIR:?}/kasir-image
rm -rf "$files"
mkdir -p "$files/slot" "$images/rpi-firmware/overlays"

for source in "$here"/dts/*.dts; do
	"${HOST_DIR:?}/bin/dtc" -@ -I dts -O dtb -o "$images/rpi-firmware/overlays/$(basename "$source" .dts).dtbo" "$source"
done
cp -r "$images/rpi-firmware" "$files/boot"
cp "$images"/*.dtb "$images/u-boot.bin" "$files/boot/"
for kernel in Image zImage; do
	[ ! -e "$images/$kernel" ] || cp "$images/$kernel" "$files/slot/"
done
PATH=$HOST_DIR/bin:$PATH "$here/make-card" "$files" "$images"
"$here/manifest" "$board" "$images" "${TARGET_DIR:?}/usr/bin/kasir" >"$images/manifest.json"
