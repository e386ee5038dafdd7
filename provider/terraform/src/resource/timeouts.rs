//! How long operations may take.

use std::time::Duration;

use crate::{
    meaning::{self, parse_duration},
    model::{Attr, Model},
    validate,
};

/// How long to wait for each operation, as durations such as `90s`, `15m`, `1h30m`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Timeouts {
    /// For the creation.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub create: Attr<String>,
    /// For a refresh.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub read: Attr<String>,
    /// For a change.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub update: Attr<String>,
    /// For the removal. It counts as it was recorded, since a destroy has no configuration.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub delete: Attr<String>,
}

impl Timeouts {
    /// The time for a creation, or this.
    pub fn create_or(&self, usual: Duration) -> Duration {
        time(&self.create, usual)
    }

    /// The time for a refresh, or this.
    pub fn read_or(&self, usual: Duration) -> Duration {
        time(&self.read, usual)
    }

    /// The time for a change, or this.
    pub fn update_or(&self, usual: Duration) -> Duration {
        time(&self.update, usual)
    }

    /// The time for a removal, or this.
    pub fn delete_or(&self, usual: Duration) -> Duration {
        time(&self.delete, usual)
    }
}

/// A text that is no duration was refused when the configuration was validated.
fn time(set: &Attr<String>, usual: Duration) -> Duration {
    set.known().and_then(|text| parse_duration(text)).unwrap_or(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_counts_and_else_what_is_usual() {
        let usual = Duration::from_mins(1);
        let set = |text: &str| Attr::Known(text.to_owned());
        let cases = [
            (Attr::Null, usual),
            (Attr::Unknown, usual),
            (set("1h30m"), Duration::from_mins(90)),
            (set("1.5h"), Duration::from_mins(90)),
            (set("90s"), Duration::from_secs(90)),
            (set("soon"), usual),
        ];
        for (text, expected) in cases {
            let timeouts = Timeouts {
                create: text.clone(),
                read: text.clone(),
                update: text.clone(),
                delete: text.clone(),
            };
            let all =
                [Timeouts::create_or, Timeouts::read_or, Timeouts::update_or, Timeouts::delete_or];
            assert_eq!(all.map(|of| of(&timeouts, usual)), [expected; 4], "{text:?}");
        }
    }
}
