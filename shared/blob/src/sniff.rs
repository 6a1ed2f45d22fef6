//! What the first bytes of a file say it is, whatever its sender has said.

/// The longest of the marks that files begin with.
pub(crate) const MARK: u64 = 16;

/// The content type of a file that begins like this.
pub(crate) fn content_type(head: &[u8]) -> Option<&'static str> {
    match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [b'%', b'P', b'D', b'F', b'-', b'1'..=b'2', b'.', ..] => Some("application/pdf"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_first_bytes() {
        let check = |head: &[u8], expect| assert_eq!(content_type(head), expect, "{head:?}");
        check(b"\x89PNG\r\n\x1a\n\0\0", Some("image/png"));
        check(b"\xff\xd8\xff\xe0", Some("image/jpeg"));
        check(b"RIFF\x10\0\0\0WEBPVP8 ", Some("image/webp"));
        check(b"%PDF-1.7\n", Some("application/pdf"));
        for other in [
            &b""[..],
            b"\x89PNG",
            b"GIF89a",
            b"<svg>",
            b"<html>",
            b"%PDF",
            b"%PDF-x",
            b"RIFF\x10\0\0\0WAVE",
            b"PK\x03\x04",
        ] {
            check(other, None);
        }
    }
}
