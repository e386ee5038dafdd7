//! The steps of an object's life as Terraform drives them, each with its rules.

use proto::tfplugin6::{
    apply_resource_change, plan_resource_change, provider_server::Provider, read_resource,
    validate_resource_config,
};

use crate::{
    path::{Path, Step as PathStep},
    plan::unknown_paths,
    value::{Value, equivalent},
};

use super::{
    client::{Client, Object, Step, Stop, capabilities},
    planned,
    proposed::proposed,
    result,
    rule::Rule,
    shape::{self, member},
};

/// A plan as a client records it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Planned {
    pub(super) prior: Option<Object>,
    pub(super) config: Value,
    pub(super) state: Value,
    pub(super) private: Vec<u8>,
    pub(super) identity: Value,
    pub(super) replaces: bool,
}

impl Planned {
    /// Whether anything would be done.
    pub(super) fn is_empty(&self, client: &Client<'_, impl Provider>) -> bool {
        self.prior.as_ref().is_some_and(|it| equivalent(&it.state, &self.state, &client.of))
    }
}

impl<S: Provider> Client<'_, S> {
    /// Whether the provider takes the configuration.
    pub(super) async fn validates(&mut self, config: &Value) -> Step<()> {
        let request = validate_resource_config::Request {
            type_name: self.type_name.to_owned(),
            config: self.message(config)?,
            client_capabilities: Some(capabilities()),
        };
        let answer = self.validate_resource_config(request).await?;
        self.no_error("ValidateResourceConfig", &answer.diagnostics)
    }

    /// Plans twice, and checks the plan against the configuration.
    pub(super) async fn plan(&mut self, prior: Option<&Object>, config: &Value) -> Step<Planned> {
        let first = self.plan_allowed(prior, config).await?;
        let again = self.plan_once(prior, config).await?;
        if first != again {
            self.broke(Rule::PlanRepeats, format!("{:?} and {:?}", first.state, again.state));
        }
        Ok(first)
    }

    /// Plans, and checks the plan against the configuration.
    pub(super) async fn plan_allowed(
        &mut self,
        prior: Option<&Object>,
        config: &Value,
    ) -> Step<Planned> {
        let plan = self.plan_once(prior, config).await?;
        let state = prior.map_or(&Value::Null, |object| &object.state);
        let broken = planned::broken(&self.parts, state, config, &plan.state);
        self.found.extend(broken);
        Ok(plan)
    }

    async fn plan_once(&mut self, prior: Option<&Object>, config: &Value) -> Step<Planned> {
        let before = prior.cloned().unwrap_or_else(nothing);
        let proposed = proposed(&self.parts, &before.state, &without_write_only(self, config));
        let request = plan_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: self.message(&before.state)?,
            proposed_new_state: self.message(&proposed)?,
            config: self.message(config)?,
            prior_private: before.private.clone(),
            client_capabilities: Some(capabilities()),
            prior_identity: self.identity_message(&before.identity),
            ..plan_resource_change::Request::default()
        };
        let answer = self.plan_resource_change(request).await?;
        self.no_error("PlanResourceChange", &answer.diagnostics)?;
        if answer.deferred.is_some() {
            self.broke(Rule::PlanDeferral, "deferred");
        }
        let state = self.value("PlanResourceChange", answer.planned_state.as_ref())?;
        let replaces = self.replaces(&answer.requires_replace, &before.state, &state);
        let identity =
            self.identity_value("PlanResourceChange", answer.planned_identity.as_ref())?;
        let config = config.clone();
        let planned = Planned {
            prior: prior.cloned(),
            config,
            state,
            private: answer.planned_private,
            identity,
            replaces,
        };
        self.check_planned_identity(&before.identity, &planned);
        Ok(planned)
    }

    fn check_planned_identity(&mut self, before: &Value, planned: &Planned) {
        let fresh = planned.prior.is_none() || planned.replaces;
        if !fresh && !planned.identity.is_wholly_known() {
            self.broke(Rule::IdentityKnown, "plan of an update");
        }
        let known = !before.is_null() && planned.identity.is_wholly_known();
        let steady = !fresh && !self.mutable_identity;
        if steady && known && !planned.identity.is_null() && *before != planned.identity {
            self.broke(Rule::IdentitySteady, "plan of an update");
        }
    }

    /// Whether any path that was named differs, as clients decide it.
    fn replaces(
        &mut self,
        paths: &[proto::tfplugin6::AttributePath],
        prior: &Value,
        planned: &Value,
    ) -> bool {
        if prior.is_null() {
            return false;
        }
        let mut replaces = false;
        for path in paths {
            let steps = steps_of(path);
            if !shape::has_path(&self.parts, &steps) {
                self.broke(Rule::PlanReplacePath, format!("{steps:?}"));
            }
            let (prior, planned) = (at(prior, &steps), at(planned, &steps));
            replaces |= prior != planned || planned.is_unknown();
        }
        replaces
    }

    /// Applies a plan that is no destroy, and checks what comes of it.
    pub(super) async fn apply(&mut self, plan: &Planned) -> Step<Object> {
        let before = plan.prior.clone().unwrap_or_else(nothing);
        let request = apply_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: self.message(&before.state)?,
            planned_state: self.message(&plan.state)?,
            config: self.message(&plan.config)?,
            planned_private: plan.private.clone(),
            planned_identity: self.identity_message(&plan.identity),
            ..apply_resource_change::Request::default()
        };
        let answer = self.apply_resource_change(request).await?;
        let state = self.value("ApplyResourceChange", answer.new_state.as_ref())?;
        // What comes with an error is recorded too.
        self.no_unknown(Rule::ApplyKnown, &state);
        self.no_write_only(Rule::ApplyWriteOnly, &state);
        self.no_error("ApplyResourceChange", &answer.diagnostics)?;
        if state.is_null() {
            self.broke(Rule::ApplyPresent, "null");
            return Err(Stop);
        }
        self.found.extend(result::broken(result::APPLIED, &self.of, &plan.state, &state));
        let identity = self.identity_value("ApplyResourceChange", answer.new_identity.as_ref())?;
        self.check_identity("ApplyResourceChange", &plan.identity, &identity);
        Ok(Object { state, private: answer.private, identity })
    }

    /// Refreshes an object; `None` when it is gone.
    pub(super) async fn read(&mut self, object: &Object) -> Step<Option<Object>> {
        let request = read_resource::Request {
            type_name: self.type_name.to_owned(),
            current_state: self.message(&object.state)?,
            private: object.private.clone(),
            client_capabilities: Some(capabilities()),
            current_identity: self.identity_message(&object.identity),
            ..read_resource::Request::default()
        };
        let answer = self.read_resource(request).await?;
        self.no_error("ReadResource", &answer.diagnostics)?;
        let state = self.value("ReadResource", answer.new_state.as_ref())?;
        if state.is_null() {
            return Ok(None);
        }
        self.no_unknown(Rule::ReadKnown, &state);
        self.no_write_only(Rule::ReadWriteOnly, &state);
        let identity = self.identity_value("ReadResource", answer.new_identity.as_ref())?;
        self.check_identity("ReadResource", &object.identity, &identity);
        Ok(Some(Object { state, private: answer.private, identity }))
    }

    /// Notes what is unknown.
    pub(super) fn no_unknown(&mut self, rule: Rule, state: &Value) {
        for path in unknown_paths(state) {
            self.broke(rule, path.to_string());
        }
    }

    /// Notes write-only attributes that are not null.
    pub(super) fn no_write_only(&mut self, rule: Rule, state: &Value) {
        for path in leaks(&self.parts, state, &Path::root()) {
            self.broke(rule, path.to_string());
        }
    }

    fn check_identity(&mut self, call: &str, before: &Value, now: &Value) {
        if self.identity.is_none() {
            return;
        }
        if now.is_null() {
            self.broke(Rule::IdentityPresent, call);
        } else if !now.is_wholly_known() {
            self.broke(Rule::IdentityKnown, call);
        } else if !before.is_null() && before.is_wholly_known() && before != now {
            self.broke(Rule::IdentitySteady, call);
        }
    }
}

/// What there is of an object before it exists.
pub(super) fn nothing() -> Object {
    Object { state: Value::Null, private: Vec::new(), identity: Value::Null }
}

/// What a client proposes of a configuration: never a write-only value.
fn without_write_only(client: &Client<'_, impl Provider>, config: &Value) -> Value {
    super::spelling::without_write_only(&client.parts, config)
}

fn leaks(parts: &[shape::Part], object: &Value, path: &Path) -> Vec<Path> {
    let Value::Mapping(_) = object else { return Vec::new() };
    let mut found = Vec::new();
    for part in parts {
        let (value, path) = (member(object, &part.name), path.child(&part.name));
        match &part.kind {
            _ if part.write_only && !value.is_null() => found.push(path),
            shape::PartKind::Plain(_) => {}
            shape::PartKind::Nested(nesting, parts) => {
                let inner = shape::objects(*nesting, value);
                found.extend(inner.into_iter().flat_map(|object| leaks(parts, object, &path)));
            }
        }
    }
    found
}

fn steps_of(path: &proto::tfplugin6::AttributePath) -> Vec<PathStep> {
    use proto::tfplugin6::attribute_path::step::Selector;
    let each = path.steps.iter().filter_map(|step| step.selector.clone());
    let step = |selector| match selector {
        Selector::AttributeName(name) => PathStep::Attribute(name),
        Selector::ElementKeyString(key) => PathStep::Key(key),
        Selector::ElementKeyInt(index) => PathStep::Index(index),
    };
    each.map(step).collect()
}

fn at<'a>(value: &'a Value, steps: &[PathStep]) -> &'a Value {
    let [step, rest @ ..] = steps else { return value };
    let inner = match step {
        PathStep::Attribute(name) | PathStep::Key(name) => member(value, name),
        PathStep::Index(index) => shape::element(value, usize::try_from(*index).unwrap_or(0)),
    };
    at(inner, rest)
}
