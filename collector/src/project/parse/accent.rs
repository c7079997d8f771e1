//! The color of buttons, and whether it can be seen.
//!
//! Contrast is WCAG 2.2's: <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>. Text on the color is
//! black or white, whichever is clearer; one of the two always reaches 4.5:1, so only the color
//! against the prompt's own light and dark ground is in question (1.4.11: 3:1).

use super::findings::Findings;
use super::table::{Item, text};

/// The prompt's grounds, light and dark, as `ui` draws them.
const GROUNDS: [Rgb; 2] = [Rgb([0xff, 0xff, 0xff]), Rgb([0x1b, 0x1b, 0x1f])];

const LEAST_CONTRAST: f64 = 3.0;

const HELP: &str = "write `accent = \"#0b5fff\"`: `#` and six hexadecimal digits";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rgb([u8; 3]);

/// The color in six digits; `None` where it is none.
pub(super) fn read(item: &Item<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let found = text(item, "accent", HELP, findings)?;
    let Some(color) = Rgb::parse(found.text) else {
        let bare = found.text.trim().trim_start_matches("0x");
        let help = match Rgb::parse(&format!("#{bare}")) {
            Some(color) => format!("write `accent = \"{color}\"`"),
            None => HELP.to_owned(),
        };
        findings.error(found.span, format!("`{}` is not a color in hexadecimal digits", found.text), help);
        return None;
    };
    if let Some((ground, contrast)) = color.worst_ground().filter(|(_, contrast)| *contrast < LEAST_CONTRAST) {
        let message = format!("`{}` is hard to see on {ground}: its contrast is {contrast:.2}, not 3", found.text);
        let help =
            format!("write `accent = \"{}\"`, the nearest color that can be seen on light and dark", color.mended());
        findings.warning(found.span, message, help);
    }
    Some(color.to_string())
}

impl Rgb {
    /// `#0b5fff` or `#06f`.
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        match digits.len() {
            6 => Some(Self([(number >> 16) as u8, (number >> 8) as u8, number as u8])),
            3 => Some(Self([(number >> 8 & 15) as u8 * 17, (number >> 4 & 15) as u8 * 17, (number & 15) as u8 * 17])),
            _ => None,
        }
    }

    /// <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0;
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn worst_ground(self) -> Option<(Self, f64)> {
        let contrasts = GROUNDS.into_iter().map(|ground| (ground, self.contrast(ground)));
        contrasts.min_by(|(_, a), (_, b)| a.total_cmp(b))
    }

    /// As little darker or lighter as is needed to be seen on every ground.
    fn mended(self) -> Self {
        let towards = |target: u8, step: u16| {
            let mix = |channel: u8| {
                let (from, to) = (i32::from(channel), i32::from(target));
                (from + (to - from) * i32::from(step) / 255) as u8
            };
            Self(self.0.map(mix))
        };
        let can_be_seen = |it: &Self| it.worst_ground().is_some_and(|(_, contrast)| contrast >= LEAST_CONTRAST);
        let steps = (0..=255).flat_map(|step| [towards(0, step), towards(255, step)]);
        steps.into_iter().find(can_be_seen).unwrap_or(self)
    }
}

impl std::fmt::Display for Rgb {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_are_those_of_wcag() {
        let contrast = |a: &str, b: &str| Rgb::parse(a).unwrap().contrast(Rgb::parse(b).unwrap());
        assert!((contrast("#000", "#fff") - 21.0).abs() < 1e-9);
        assert!((contrast("#777777", "#ffffff") - 4.478).abs() < 1e-3);
        assert!((contrast("#ff0000", "#ffffff") - 3.998).abs() < 1e-3);
    }

    #[test]
    fn any_color_can_be_mended_and_carries_black_or_white_text() {
        let steps = [0_u8, 51, 102, 153, 204, 255];
        for red in steps {
            for green in steps {
                for blue in steps {
                    let color = Rgb([red, green, blue]);
                    let mended = color.mended();
                    assert!(mended.worst_ground().unwrap().1 >= LEAST_CONTRAST, "{color} → {mended}");
                    let text = [Rgb([0; 3]), Rgb([255; 3])].map(|it| it.contrast(color));
                    assert!(text[0].max(text[1]) >= 4.5, "{color}");
                }
            }
        }
    }
}
