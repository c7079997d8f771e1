//! What is known of hesitation, to and from the compact form.

use super::read::Reader;
use super::write::Lines;
use crate::hesitation::{
    Ask, Baseline, Curve, Device, Feature, HelpLink, Measure, Model, PRIOR_AT_MS, SURPRISES, Wording, push_code,
    push_hash, read_code, read_hash,
};
use crate::limits;
use crate::url_pattern::UrlPattern;

/// Stands for a curve that is not there; no digit of a value.
const NO_CURVE: char = '~';

impl Reader<'_> {
    pub(super) fn hesitation(&mut self) -> Model {
        let mut model = Model {
            version: self.number(),
            bias: self.signed(),
            ask_at: self.signed(),
            hint_at: self.signed(),
            salt: self.number(),
            record_share: self.number() as u32,
            weights: [0; Feature::COUNT],
            pages: Vec::new(),
            excluded: Vec::new(),
            baselines: Vec::new(),
            ask: None,
        };
        for weight in &mut model.weights {
            *weight = self.signed();
        }
        model.pages = self.patterns();
        model.excluded = self.patterns();
        if self.count(1) == 1 {
            let mut ask = Ask { words: Vec::new(), links: Vec::new(), accent: self.text() };
            for _ in 0..Wording::COUNT {
                ask.words.push(self.text());
            }
            for _ in 0..self.count(limits::HELP_LINKS) {
                ask.links.push(HelpLink { on: UrlPattern::new(self.text()), label: self.text(), url: self.text() });
            }
            model.ask = Some(ask);
        }
        for _ in 0..self.count(limits::BASELINES) {
            self.word("baseline");
            model.baselines.push(self.baseline());
        }
        model
    }

    pub(super) fn patterns(&mut self) -> Vec<UrlPattern> {
        let mut patterns = Vec::new();
        for _ in 0..self.count(limits::PAGE_PATTERNS) {
            patterns.push(UrlPattern::new(self.text()));
        }
        patterns
    }

    fn baseline(&mut self) -> Baseline {
        let mut baseline = Baseline {
            page: self.text(),
            context: self.text(),
            device: match self.text().as_bytes() {
                b"desktop" => Some(Device::Desktop),
                b"touch" => Some(Device::Touch),
                _ => None,
            },
            is_own: self.number() == 1,
            is_muted: self.number() == 1,
            curves: [None; Measure::COUNT],
            steps: Vec::new(),
            prior: [0; PRIOR_AT_MS.len()],
        };
        for prior in &mut baseline.prior {
            *prior = self.signed();
        }
        let text = self.text();
        let mut digits = text.chars();
        for curve in &mut baseline.curves {
            *curve = self.curve(&mut digits);
        }
        let text = self.text();
        let mut digits = text.chars();
        for _ in 0..limits::STEPS {
            let Some(state) = read_hash(&mut digits) else { break };
            let share = read_code(digits.next().unwrap_or_default(), digits.next().unwrap_or_default());
            self.failed |= share.is_none();
            baseline.steps.push((state, share.unwrap_or_default() as u16));
        }
        baseline
    }

    fn curve(&mut self, digits: &mut std::str::Chars<'_>) -> Option<Curve> {
        let mut curve = Curve { values: [0; SURPRISES.len()] };
        for (index, value) in curve.values.iter_mut().enumerate() {
            let high = digits.next().unwrap_or_default();
            if index == 0 && high == NO_CURVE {
                return None;
            }
            let code = read_code(high, digits.next().unwrap_or_default());
            self.failed |= code.is_none();
            *value = code.unwrap_or_default().min(Curve::MOST);
        }
        Some(curve)
    }

    /// `-12`
    fn signed(&mut self) -> i32 {
        let text = self.text();
        match text.strip_prefix('-') {
            Some(digits) => -(self.number_in(digits) as i32),
            None => self.number_in(&text) as i32,
        }
    }
}

impl Lines {
    pub(super) fn hesitation(&mut self, model: &Model) {
        let mut fields = vec![
            "hesitation".to_owned(),
            model.version.to_string(),
            model.bias.to_string(),
            model.ask_at.to_string(),
            model.hint_at.to_string(),
            model.salt.to_string(),
            model.record_share.to_string(),
        ];
        fields.extend(model.weights.iter().map(i32::to_string));
        for patterns in [&model.pages, &model.excluded] {
            fields.push(patterns.len().to_string());
            fields.extend(patterns.iter().map(|it| it.as_str().to_owned()));
        }
        match &model.ask {
            None => fields.push("0".to_owned()),
            Some(ask) => {
                fields.extend(["1".to_owned(), ask.accent.clone()]);
                fields.extend((0..Wording::COUNT).map(|it| ask.words.get(it).cloned().unwrap_or_default()));
                fields.push(ask.links.len().to_string());
                for link in &ask.links {
                    fields.extend([link.on.as_str().to_owned(), link.label.clone(), link.url.clone()]);
                }
            }
        }
        fields.push(model.baselines.len().to_string());
        self.push(&fields.iter().map(String::as_str).collect::<Vec<_>>());
        model.baselines.iter().for_each(|it| self.baseline(it));
    }

    fn baseline(&mut self, baseline: &Baseline) {
        let device = match baseline.device {
            None => "any",
            Some(Device::Desktop) => "desktop",
            Some(Device::Touch) => "touch",
        };
        let flag = |it: bool| if it { "1" } else { "0" };
        let prior = baseline.prior.map(|it| it.to_string());
        let mut fields =
            vec!["baseline", &baseline.page, &baseline.context, device, flag(baseline.is_own), flag(baseline.is_muted)];
        fields.extend(prior.iter().map(String::as_str));
        let mut curves = String::new();
        for curve in &baseline.curves {
            match curve {
                Some(curve) => curve.values.iter().for_each(|it| push_code(&mut curves, *it)),
                None => curves.push(NO_CURVE),
            }
        }
        fields.push(&curves);
        let mut steps = String::new();
        for (state, share) in &baseline.steps {
            push_hash(&mut steps, *state);
            push_code(&mut steps, i64::from(*share));
        }
        fields.push(&steps);
        self.push(&fields);
    }
}
