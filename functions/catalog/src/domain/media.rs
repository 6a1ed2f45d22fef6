//! Pictures: asked for, awaited, and believed only by their content.
//!
//! Invariant: a picture is shown only after its first bytes have said what it is.

use ids::MediaId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A picture of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Media {
    /// Its id.
    pub id: MediaId,
    /// What it was said to be.
    pub kind: PictureKind,
    /// Whether it is there.
    pub state: MediaState,
}

/// Whether a picture is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaState {
    /// Its upload was asked for.
    Awaited,
    /// It is there and is what it was said to be.
    Ready,
    /// What came is no such picture.
    Refused,
}

/// The kinds of pictures that every browser shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum PictureKind {
    /// PNG.
    #[serde(rename = "image/png")]
    Png,
    /// JPEG.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// WebP.
    #[serde(rename = "image/webp")]
    Webp,
}

/// Ten megabytes show every detail that a screen can.
pub const LARGEST_PICTURE: u64 = 10 * 1024 * 1024;

impl PictureKind {
    /// The content type.
    pub const fn as_str(self) -> &'static str {
        match self {
            PictureKind::Png => "image/png",
            PictureKind::Jpeg => "image/jpeg",
            PictureKind::Webp => "image/webp",
        }
    }

    /// What the first bytes of a file say it is.
    pub fn of(head: &[u8]) -> Option<PictureKind> {
        match head {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(PictureKind::Png),
            [0xff, 0xd8, 0xff, ..] => Some(PictureKind::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(PictureKind::Webp),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_first_bytes() {
        let check = |head: &[u8], expect| assert_eq!(PictureKind::of(head), expect, "{head:?}");
        check(b"\x89PNG\r\n\x1a\n\0\0", Some(PictureKind::Png));
        check(b"\xff\xd8\xff\xe0", Some(PictureKind::Jpeg));
        check(b"RIFF\x10\0\0\0WEBPVP8 ", Some(PictureKind::Webp));
        for other in [&b""[..], b"\x89PNG", b"GIF89a", b"<svg>", b"RIFF\x10\0\0\0WAVE", b"<html>"] {
            check(other, None);
        }
    }
}
