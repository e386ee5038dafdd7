//! One line of JSON for each event, in the form of Go's hclog.

use std::fmt::{self, Write as _};

use serde_json::{Map, Value};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer,
    fmt::{
        format::Writer,
        time::{FormatTime as _, SystemTime},
    },
    layer::Context,
    registry::{LookupSpan, Scope},
};

/// Clients read 64 KiB of a line and take the rest for something else.
const LONGEST_LINE: usize = 60 << 10;

/// Writes lines; fields of the spans around an event are part of it.
pub(super) struct HclogLayer {
    write: fn(&str),
}

impl HclogLayer {
    pub(super) fn new(write: fn(&str)) -> Self {
        Self { write }
    }
}

/// The fields of a span, kept with it.
struct SpanFields(Fields);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for HclogLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(SpanFields(fields));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(SpanFields(fields)) = span.extensions_mut().get_mut()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(SpanFields(outer)) = span.extensions().get() {
                fields.0.extend(outer.0.clone());
            }
        }
        event.record(&mut fields);
        (self.write)(&line(event.metadata(), fields.0, &now()));
    }
}

fn now() -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = SystemTime.format_time(&mut Writer::new(&mut text));
    text
}

/// The event as a line; too long a one loses its fields, and at last the end of its message.
fn line(
    metadata: &tracing::Metadata<'_>,
    mut fields: Map<String, Value>,
    timestamp: &str,
) -> String {
    let message = fields.remove("message").map_or_else(String::new, into_text);
    let head = |message: &str| {
        Map::from_iter([
            ("@level".to_owned(), metadata.level().as_str().to_lowercase().into()),
            ("@message".to_owned(), message.into()),
            ("@module".to_owned(), metadata.target().replace("::", ".").into()),
            ("@timestamp".to_owned(), timestamp.into()),
        ])
    };
    let mut whole = fields;
    whole.extend(head(&message));
    let text = Value::Object(whole).to_string();
    if text.len() <= LONGEST_LINE {
        return text + "\n";
    }
    let kept = message.floor_char_boundary(LONGEST_LINE / 8); // each byte may become `\u00xx`
    Value::Object(head(&message[..kept])).to_string() + "\n"
}

fn into_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_)) => other.to_string(),
    }
}

/// Fields by name, as JSON.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        for cause in std::iter::successors(value.source(), |&error| error.source()) {
            // Writing to a string does not fail.
            let _ = write!(text, ": {cause}");
        }
        self.set(field, text);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, format!("{value:?}"));
    }
}
