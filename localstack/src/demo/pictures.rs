//! Pictures, drawn in whole numbers: a pattern for each product, colours for each collection.
//!
//! Invariant: the same look is the same bytes on every machine.

const SIDE: u32 = 96;

/// Two colours that go together, for each collection.
const COLOURS: [[[u8; 3]; 3]; 10] = [
    [[0x0b, 0x3c, 0x5d], [0x32, 0x8c, 0xc1], [0xe8, 0xf1, 0xf5]],
    [[0xd6, 0x2a, 0x2a], [0xff, 0xff, 0xff], [0xf5, 0xc2, 0x42]],
    [[0x1f, 0x4e, 0x5f], [0x79, 0xa8, 0xa9], [0xf4, 0xf7, 0xf7]],
    [[0xf2, 0xd5, 0xc4], [0xc9, 0x8b, 0x70], [0x7a, 0x4e, 0x3a]],
    [[0xff, 0x6f, 0x61], [0xff, 0xd3, 0xb6], [0x8c, 0x2f, 0x39]],
    [[0x2b, 0x2d, 0x42], [0x8d, 0x99, 0xae], [0xed, 0xf2, 0xf4]],
    [[0x7f, 0x4f, 0x24], [0xff, 0xb7, 0x03], [0xff, 0xe8, 0xb0]],
    [[0xe9, 0xd8, 0xa6], [0xca, 0x9f, 0x5b], [0x9b, 0x66, 0x2e]],
    [[0xf8, 0xf7, 0xff], [0xc8, 0xb6, 0xff], [0x6d, 0x59, 0x7a]],
    [[0x26, 0x46, 0x53], [0x2a, 0x9d, 0x8f], [0xe9, 0xc4, 0x6a]],
];

/// The picture of a look, as PNG.
pub fn draw(look: (u32, u32)) -> Result<Vec<u8>, png::EncodingError> {
    let (pattern, colours) = look;
    let palette = COLOURS[colours as usize % COLOURS.len()].concat();
    let points = (0..SIDE * SIDE).map(|point| shade(pattern, point % SIDE, point / SIDE));
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, SIDE, SIDE);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&points.collect::<Vec<_>>())?;
    writer.finish()?;
    Ok(file)
}

/// Which of the three colours a point has.
fn shade(pattern: u32, x: u32, y: u32) -> u8 {
    let width = 8 + pattern % 7 * 2;
    let (dx, dy) = (x.abs_diff(SIDE / 2), y.abs_diff(SIDE / 2));
    let ring = (dx * dx + dy * dy).isqrt() / width;
    let of = match pattern % 5 {
        // Rings.
        0 => ring,
        // Tiles.
        1 => x / width + y / width,
        // Waves.
        2 => (y + (x % (2 * width)).abs_diff(width)) / width,
        // A shell: rings that climb by quarter.
        3 => ring + u32::from(x < SIDE / 2) * 2 + u32::from(y < SIDE / 2),
        // Diamonds.
        _ => (dx + dy) / width,
    };
    (of % 3) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_always_the_same_picture_and_another_look_another_one() {
        let mut seen = std::collections::BTreeSet::new();
        for look in (0..20).flat_map(|thing| (0..10).map(move |collection| (thing, collection))) {
            assert!(seen.insert(draw(look).unwrap()), "{look:?}");
        }
        assert!(seen.contains(&draw((3, 7)).unwrap()));
    }
}
