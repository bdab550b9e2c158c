"""DICOM by pydicom, shown as pydicom's rescale and window show it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut, apply_voi_lut
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    RLELossless,
    SecondaryCaptureImageStorage,
)

from hashes.tests.hashing import encoded
from hashes.tests.samples.sample import Sample, grey_rgb, photo

LIMIT = 6


def dataset(
    samples: np.ndarray, syntax: UID = ExplicitVRLittleEndian, **fields: Any
) -> FileDataset:
    """A secondary capture of height x width (x 3) samples."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = UID("1.2.3.4")
    meta.TransferSyntaxUID = syntax
    little = syntax != ExplicitVRBigEndian
    implicit = syntax == ImplicitVRLittleEndian
    made = FileDataset(
        "", Dataset(), bytes(128), meta, is_implicit_VR=implicit, is_little_endian=little
    )
    made.SOPClassUID = SecondaryCaptureImageStorage
    made.SOPInstanceUID = "1.2.3.4"
    made.Rows, made.Columns = samples.shape[:2]
    made.SamplesPerPixel = 3 if samples.ndim == 3 else 1
    made.PhotometricInterpretation = "RGB" if samples.ndim == 3 else "MONOCHROME2"
    made.BitsAllocated = samples.dtype.itemsize * 8
    made.BitsStored = made.BitsAllocated
    made.PixelRepresentation = int(samples.dtype.kind == "i")
    if samples.ndim == 3:
        made.PlanarConfiguration = 0
    for name, value in fields.items():
        setattr(made, name, value)
    made.HighBit = made.BitsStored - 1
    stored = samples.byteswap() if syntax == ExplicitVRBigEndian else samples
    made.PixelData = stored.tobytes()
    return made


def saved(made: FileDataset) -> bytes:
    buffer = io.BytesIO()
    made.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def wrapped(made: FileDataset, syntax: UID, frame: bytes) -> bytes:
    """The dataset with this compressed frame."""
    made.file_meta.TransferSyntaxUID = syntax
    made.PixelData = encapsulate([frame])
    made["PixelData"].VR = "OB"
    return saved(made)


def shown(made: FileDataset) -> np.ndarray:
    """As a viewer shows it: rescaled, through the window, 8 bits."""
    values = apply_voi_lut(apply_modality_lut(made.pixel_array, made), made)
    slope = float(made.get("RescaleSlope", 1))
    intercept = float(made.get("RescaleIntercept", 0))
    bits = made.BitsStored
    least, most = (
        (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if made.PixelRepresentation else (0, 2**bits - 1)
    )
    least, most = least * slope + intercept, most * slope + intercept
    grey = np.clip((values - least) * 255 / (most - least), 0, 255).round().astype(np.uint8)
    if made.PhotometricInterpretation == "MONOCHROME1":
        grey = 255 - grey
    return np.repeat(grey[..., None], 3, axis=2)


def palette_fields(image: Image.Image) -> dict[str, Any]:
    table = np.array(image.getpalette()).reshape(-1, 3)
    table = np.vstack([table, np.zeros((256 - len(table), 3), int)]).astype(np.uint16) * 257
    fields: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for channel, name in enumerate(("Red", "Green", "Blue")):
        fields[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        fields[f"{name}PaletteColorLookupTableData"] = table[:, channel].astype("<u2").tobytes()
    return fields


def grey_datasets() -> dict[str, FileDataset]:
    grey = np.asarray(photo().convert("L"))
    twelve = grey.astype(np.uint16) * 16 + 5
    signed = grey.astype(np.int16) * 8 - 1024
    window: dict[str, Any] = {"WindowCenter": 1800, "WindowWidth": 2600}
    tissue: dict[str, Any] = {
        "WindowCenter": 40,
        "WindowWidth": 1500,
        "RescaleSlope": 1,
        "RescaleIntercept": -100,
    }
    full: dict[str, Any] = {"WindowCenter": 128, "WindowWidth": 256}
    return {
        "8 bits": dataset(grey, **full),
        "implicit": dataset(grey, ImplicitVRLittleEndian, **full),
        "deflated": dataset(grey, DeflatedExplicitVRLittleEndian, **full),
        "no window": dataset(grey // 2 + 40),
        "MONOCHROME1": dataset(grey, PhotometricInterpretation="MONOCHROME1", **full),
        "12 bits, window": dataset(twelve, BitsStored=12, **window),
        "16 bits, signed, rescaled": dataset(signed, **tissue),
        "16 bits, big-endian": dataset(twelve, ExplicitVRBigEndian, BitsStored=12, **window),
    }


def dicom_samples() -> Iterator[Sample]:
    image = photo()
    rgb = np.asarray(image)
    for kind, made in grey_datasets().items():
        yield Sample("DICOM", kind, saved(made), shown(made), LIMIT)
    for kind, made in grey_datasets().items():
        if "bits" in kind and "big" not in kind:
            wanted = shown(made)
            made.compress(RLELossless)
            yield Sample("DICOM", f"RLE, {kind}", saved(made), wanted, LIMIT)
    yield Sample("DICOM", "RGB", saved(dataset(rgb)), rgb, LIMIT)
    planar = dataset(rgb, PlanarConfiguration=1)
    planar.PixelData = np.ascontiguousarray(np.moveaxis(rgb, 2, 0)).tobytes()
    yield Sample("DICOM", "RGB, planes", saved(planar), rgb, LIMIT)
    luma = np.asarray(image.convert("YCbCr"))
    coded = saved(dataset(luma, PhotometricInterpretation="YBR_FULL"))
    yield Sample("DICOM", "YBR_FULL", coded, rgb, LIMIT)
    frames = dataset(rgb, NumberOfFrames=2)
    frames.PixelData = rgb.tobytes() + np.rot90(rgb, 2).tobytes()
    yield Sample("DICOM", "several frames", saved(frames), rgb, LIMIT)
    paletted = image.quantize(200)
    coloured = dataset(np.asarray(paletted), **palette_fields(paletted))
    wanted = (apply_color_lut(coloured.pixel_array, coloured) >> 8).astype(np.uint8)
    yield Sample("DICOM", "palette", saved(coloured), wanted, LIMIT)
    yield from compressed_samples()


def compressed_samples() -> Iterator[Sample]:
    image = photo()
    rgb = np.asarray(image)
    jpeg = encoded(image, "JPEG", quality=90)
    made = dataset(rgb, PhotometricInterpretation="YBR_FULL_422")
    wanted = np.asarray(Image.open(io.BytesIO(jpeg)))
    yield Sample("DICOM", "JPEG", wrapped(made, JPEGBaseline8Bit, jpeg), wanted, LIMIT)
    grey = np.asarray(image.convert("L"))
    deep = dataset(grey.astype(np.uint16) * 257, WindowCenter=28800, WindowWidth=41600)
    wanted = shown(deep)
    codestream = encoded(Image.fromarray(deep.pixel_array), "JPEG2000", no_jp2=True)
    content = wrapped(deep, JPEG2000Lossless, codestream)
    yield Sample("DICOM", "JPEG 2000, 16 bits, window", content, wanted, LIMIT)
    codestream = encoded(image.convert("L"), "JPEG2000", no_jp2=True)
    made = dataset(grey)
    content = wrapped(made, JPEG2000Lossless, codestream)
    yield Sample("DICOM", "JPEG 2000", content, grey_rgb(image), LIMIT)


def jpeg_ls() -> bytes:
    """What it holds does not matter: nothing here decodes it."""
    return wrapped(dataset(np.asarray(photo().convert("L"))), JPEGLSLossless, bytes(2000))
