#!/usr/bin/env bash
# How the files beside this were made, from what GIMP shows of ../gimp/rgb.xcf: ImageMagick 6.9.11 and netpbm 11.1 (Debian 12).
set -euo pipefail
cd "$(dirname "$0")"
photo=../gimp/rgb.png

convert "$photo" -strip -interlace PNG png-interlaced.png
convert "$photo" -strip -colors 200 -interlace PNG PNG8:png-interlaced-palette.png
convert "$photo" -strip -depth 16 -evaluate add 77 -define png:bit-depth=16 PNG48:png-16-bits.png
convert "$photo" -strip -colors 200 -compress RLE BMP3:bmp-rle.bmp
convert "$photo" -strip -define bmp:subtype=RGB565 bmp-16-bits.bmp
convert "$photo" -strip -resize 128x84! -background none -extent 128x128 -define icon:auto-resize=128,64,16 ico-alpha.ico
convert "$photo" -strip -resize 64x64! -colors 16 ico-palette.ico
convert "$photo" -strip -colors 200 xpm-two-letters.xpm
convert "$photo" -strip -colors 200 -compress RLE -type Palette psd-palette.psd
convert "$photo" -strip \( +clone -fill black -colorize 100 \) -compress RLE psd-two-layers.psd
convert "$photo" -strip -compress RLE miff-rle.miff
convert "$photo" -strip -compress Zip miff-zip.miff
convert "$photo" -strip -colorspace Gray -compress Zip miff-grey.miff
convert "$photo" -strip -colors 200 -type Palette -compress None miff-palette.miff
for kind in miff-grey miff-palette; do convert $kind.miff -strip $kind.png; done
convert "$photo" -strip -depth 16 -compress LZW -define tiff:predictor=2 tiff-16-bits-lzw.tiff
convert "$photo" -strip -compress LZW -define tiff:tile-geometry=64x64 tiff-tiles-lzw.tiff
convert "$photo" -strip -monochrome -compress Fax tiff-fax.tiff
pngtopnm "$photo" | pnmquant 16 2>/dev/null | ppmtopcx > pcx-16-colours.pcx
pngtopnm "$photo" | pamtotga -rgb > tga-by-netpbm.tga
