//! The average of all cohorts as a curve with its interval, and as a table: the same rows twice.

use super::grid::count_of;
use super::period_name;
use super::view::RetentionView;
use crate::app::retention::{RetentionAnswer, Share};
use crate::http::dashboard::funnel_chart;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::written;
use crate::metric::wilson_interval;

pub(in crate::http::dashboard) struct Curve {
    pub(in crate::http::dashboard) points: Vec<Point>,
    pub(in crate::http::dashboard) lines: Vec<[String; 4]>,
    pub(in crate::http::dashboard) in_words: String,
}

pub(in crate::http::dashboard) struct Point {
    pub(in crate::http::dashboard) name: String,
    pub(in crate::http::dashboard) began: String,
    pub(in crate::http::dashboard) count: String,
    pub(in crate::http::dashboard) href: Href,
    pub(in crate::http::dashboard) away: String,
    pub(in crate::http::dashboard) away_href: Href,
    pub(in crate::http::dashboard) share: funnel_chart::Share,
    /// Places in percent of the drawing.
    pub(in crate::http::dashboard) x: String,
    pub(in crate::http::dashboard) y: String,
    pub(in crate::http::dashboard) low: String,
    pub(in crate::http::dashboard) high: String,
    pub(in crate::http::dashboard) is_tick: bool,
    pub(in crate::http::dashboard) number: usize,
}

/// Numbers below the drawing, as many as have room on a phone.
const TICKS: usize = 8;

impl Curve {
    /// `None` where no period is over for anybody.
    pub(super) fn of(answer: &RetentionAnswer, view: &RetentionView) -> Option<Self> {
        let (period, counted) = (view.period(), view.counted());
        let known: Vec<&Share> = answer.all.iter().filter(|it| it.users > 0).collect();
        let every = known.len().div_ceil(TICKS).max(1);
        let last = known.len().saturating_sub(1).max(1) as f64;
        let point = |(nth, it): (usize, &&Share)| {
            let count = count_of(it, counted);
            let (low, high) = wilson_interval(count, it.users)?;
            Some(Point {
                name: period_name(period, it.after),
                began: written::count(it.users),
                count: written::count(count),
                href: view.people("people", None, Some(it.after), false),
                away: written::count(it.users - count),
                away_href: view.people("people", None, Some(it.after), true),
                share: funnel_chart::Share::of(count, it.users)?,
                x: format!("{:.2}%", nth as f64 / last * 100.0),
                y: height(count as f64 / it.users as f64),
                low: height(low),
                high: height(high),
                is_tick: nth.is_multiple_of(every),
                number: it.after,
            })
        };
        let points: Vec<Point> = known.iter().enumerate().filter_map(point).collect();
        let came = |it: &Point| format!("{} came in {}", it.share.percent, it.name.to_lowercase());
        let in_words = match (points.get(1), points.last()) {
            (Some(next), Some(last)) if last.number > 1 => {
                format!("Of those who began, {}, {}", came(next), came(last))
            }
            (_, Some(last)) => format!("Of those who began, {}", came(last)),
            _ => return None,
        };
        let line = |pair: &[Point]| [pair[0].x.clone(), pair[0].y.clone(), pair[1].x.clone(), pair[1].y.clone()];
        Some(Self { lines: points.windows(2).map(line).collect(), in_words, points })
    }
}

/// From the top, where 100 % is.
fn height(share: f64) -> String {
    format!("{:.2}%", (1.0 - share) * 100.0)
}
