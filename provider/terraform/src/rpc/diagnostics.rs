//! Diagnostics and paths as messages.

use proto::tfplugin6::{self, attribute_path, diagnostic};

use crate::{
    diagnostics::{Diagnostic, Diagnostics, Severity},
    path::{Path, Step},
    resource::Deferred,
};

/// The messages of diagnostics, in order.
pub(super) fn to_wire(diagnostics: Diagnostics) -> Vec<tfplugin6::Diagnostic> {
    diagnostics.into_iter().map(message).collect()
}

fn message(diagnostic: Diagnostic) -> tfplugin6::Diagnostic {
    let Diagnostic { severity, summary, detail, path } = diagnostic;
    let severity = match severity {
        Severity::Error => diagnostic::Severity::Error,
        Severity::Warning => diagnostic::Severity::Warning,
    };
    let attribute = (!path.is_root()).then(|| path_to_wire(&path));
    tfplugin6::Diagnostic { severity: severity.into(), summary, detail, attribute }
}

/// The message of a path.
pub(super) fn path_to_wire(path: &Path) -> tfplugin6::AttributePath {
    use attribute_path::step::Selector;
    let step = |step: &Step| {
        let selector = match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            Step::Index(index) => Selector::ElementKeyInt(*index),
        };
        attribute_path::Step { selector: Some(selector) }
    };
    tfplugin6::AttributePath { steps: path.steps().iter().map(step).collect() }
}

/// The message of a deferral.
pub(super) fn deferred_to_wire(deferred: Deferred) -> tfplugin6::Deferred {
    use tfplugin6::deferred::Reason;
    let reason = match deferred {
        Deferred::ResourceConfigUnknown => Reason::ResourceConfigUnknown,
        Deferred::ProviderConfigUnknown => Reason::ProviderConfigUnknown,
        Deferred::AbsentPrerequisite => Reason::AbsentPrereq,
    };
    tfplugin6::Deferred { reason: reason.into() }
}
