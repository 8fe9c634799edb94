#!/bin/sh
# post-image IMAGES BOARD - Buildroot runs this last: it makes sdcard.img, with its
# block map and a manifest that says what is in it.
set -eu
images=$1
board=$2
here=$(cd "$(dirname "$0")" && pwd)
tmp=${BUILD_DIR:?}/kasir-image
rm -rf "$tmp"
mkdir -p "$tmp/root" "$images/rpi-firmware/overlays"

for source in "$here"/dts/*.dts; do
	"${HOST_DIR:?}/bin/dtc" -@ -I dts -O dtb -o "$images/rpi-firmware/overlays/$(basename "$source" .dts).dtbo" "$source"
done
cp "$here/kasir.txt.example" "$images/kasir.txt.example"

kernel=$(sed -n 's/^kernel=//p' "$images/rpi-firmware/config.txt")
files=""
for file in "$images"/*.dtb "$images"/rpi-firmware/* "$images/$kernel" "$images/kasir.txt.example"; do
	files="$files\t\t\t\"${file#"$images"/}\",\n"
done
printf '%b' "$files" >"$tmp/files"
sed -e "/@BOOT_FILES@/{r $tmp/files" -e 'd}' "$here/genimage.cfg.in" >"$tmp/genimage.cfg"

# The same inputs make the same image: no clock gets in.
find "$images" -exec touch -h -d "@${SOURCE_DATE_EPOCH:?}" {} +
TZ=UTC genimage --rootpath "$tmp/root" --tmppath "$tmp/genimage" --inputpath "$images" --outputpath "$images" --config "$tmp/genimage.cfg"

size=$(wc -c <"$images/sdcard.img")
if [ "$size" -ge 1000000000 ]; then
	echo "sdcard.img: $size bytes do not fit every card" >&2
	exit 1
fi
"$here/manifest" "$board" "$images" "${TARGET_DIR:?}/usr/bin/kasir" >"$images/manifest.json"
