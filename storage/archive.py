"""Raw pages: bytes of a fetch, compressed, one way to write and read them"""

import zstandard

LEVEL = 3
LARGEST = 200_000_000  # a damaged row can't ask for more memory than this


def pack(body: bytes) -> bytes:
    """Bytes as they are kept."""
    return zstandard.ZstdCompressor(level=LEVEL).compress(body)


def unpack(data: bytes) -> bytes:
    """The bytes that were packed. Raises ValueError where the row is damaged."""
    try:
        if zstandard.frame_content_size(data) > LARGEST:  # the limit below doesn't hold for frames that tell their size
            raise ValueError(f"a damaged record: more than {LARGEST} bytes")
        return zstandard.ZstdDecompressor().decompress(data, max_output_size=LARGEST)
    except zstandard.ZstdError as error:
        raise ValueError(f"a damaged record: {error}") from error
