//! The life of an object under Terraform.

use proto::tfplugin6::{
    RawState, apply_resource_change, generate_resource_config, import_resource_state,
    plan_resource_change, provider_server::Provider, upgrade_resource_identity,
    upgrade_resource_state,
};

use crate::value::{Value, equivalent, json};

use super::{
    client::{Client, Object, Step, Stop, capabilities},
    life::{Planned, nothing},
    result,
    rule::Rule,
    shape::member,
    spelling::{less_known, without_write_only},
};

impl<S: Provider> Client<'_, S> {
    /// Create, updates and replacements, import, destroy.
    pub(super) async fn terraform_life(&mut self, configs: &[Value]) -> Step<()> {
        let mut object: Option<Object> = None;
        for config in configs {
            self.validates(config).await?;
            self.plans_with_less(object.as_ref(), config).await?;
            let plan = self.plan(object.as_ref(), config).await?;
            let now = self.carry_out(plan).await?;
            object = Some(self.settled(now, config).await?);
        }
        let (Some(object), Some(config)) = (object, configs.last()) else { return Ok(()) };
        self.imports(&object, config).await?;
        self.generates(&object).await?;
        self.destroy(&object).await
    }

    /// Does what a plan says: nothing, an apply, or a destroy and a create.
    async fn carry_out(&mut self, plan: Planned) -> Step<Object> {
        if let Some(prior) = plan.prior.as_ref().filter(|_| plan.is_empty(self)) {
            return Ok(prior.clone());
        }
        let Some(prior) = plan.prior.as_ref().filter(|_| plan.replaces) else {
            return self.apply(&plan).await;
        };
        self.apply_destroy(prior, plan.private.clone()).await?;
        let create = self.plan(None, &plan.config).await?;
        let fresh = result::broken(result::FINAL, &self.of, &plan.state, &create.state);
        // The first plan was made with a prior state, so what it knew of computed attributes
        // may differ; what it knew of the configuration may not.
        let configured = |path: &str| !member(&plan.config, path).is_null();
        self.found.extend(fresh.into_iter().filter(|it| configured(&it.detail)));
        self.apply(&create).await
    }

    /// What must hold right after an apply.
    async fn settled(&mut self, object: Object, config: &Value) -> Step<Object> {
        let Some(read) = self.read(&object).await? else {
            self.broke(Rule::ReadPresent, "gone");
            return Err(Stop);
        };
        if !equivalent(&object.state, &read.state, &self.of.clone()) {
            self.broke(Rule::ReadSteady, format!("{:?}", differing(self, &object, &read)));
        }
        if object.private != read.private {
            self.broke(Rule::ReadPrivate, "another hidden state");
        }
        let plan = self.plan(Some(&read), config).await?;
        if !plan.is_empty(self) || plan.replaces {
            let planned = Object { state: plan.state, ..read.clone() };
            let detail = differing(self, &read, &planned);
            self.broke(Rule::PlanEmpty, format!("{detail:?}, replaces: {}", plan.replaces));
        }
        self.upgrades(&read).await?;
        self.upgrades_identity(&read).await?;
        Ok(read)
    }

    /// Plans with each part of the configuration unknown at first, as it is while it depends on
    /// another object, and compares with the plan in which all of them are known.
    async fn plans_with_less(&mut self, prior: Option<&Object>, config: &Value) -> Step<()> {
        let update = self.plan(prior, config).await?;
        let create = self.plan(None, config).await?;
        for less in less_known(config) {
            self.validates(&less).await?;
            let first = self.plan_allowed(prior, &less).await?;
            // A replacement is planned again as a create.
            if first.replaces {
                let first = self.plan_allowed(None, &less).await?;
                self.compare_final(&first, &create);
            } else {
                self.compare_final(&first, &update);
            }
        }
        Ok(())
    }

    fn compare_final(&mut self, first: &Planned, last: &Planned) {
        if last.replaces {
            self.broke(Rule::FinalAction, "an update became a replacement");
        }
        // An update may turn out to be none.
        if !last.is_empty(self) {
            let broken = result::broken(result::FINAL, &self.of, &first.state, &last.state);
            self.found.extend(broken);
        }
    }

    /// Reads recorded states: this version's, one with an attribute too many, a newer version's.
    async fn upgrades(&mut self, object: &Object) -> Step<()> {
        let Ok(recorded) = json::to_json(&object.state, &self.of) else { return Err(Stop) };
        let mut longer = recorded.clone();
        longer["attribute_of_another_time"] = serde_json::json!({"of": ["another", "time"]});
        for (rule, recorded) in
            [(Rule::UpgradeFaithful, recorded.clone()), (Rule::UpgradeLenient, longer)]
        {
            let answer = self.upgrade(self.version, &recorded).await?;
            if has_error(&answer.diagnostics) {
                self.broke(rule, format!("{:?}", answer.diagnostics));
                continue;
            }
            let state = self.value("UpgradeResourceState", answer.upgraded_state.as_ref())?;
            if !equivalent(&object.state, &state, &self.of) {
                self.broke(rule, format!("{state:?}"));
            }
        }
        let newer = self.upgrade(self.version + 1, &recorded).await?;
        if !has_error(&newer.diagnostics) {
            self.broke(Rule::UpgradeNewer, "taken without an error");
        }
        Ok(())
    }

    async fn upgrade(
        &mut self,
        version: i64,
        recorded: &serde_json::Value,
    ) -> Step<upgrade_resource_state::Response> {
        let json = recorded.to_string().into_bytes();
        let request = upgrade_resource_state::Request {
            type_name: self.type_name.to_owned(),
            version,
            raw_state: Some(RawState { json, ..RawState::default() }),
        };
        self.upgrade_resource_state(request).await
    }

    /// Reads recorded identities: this version's, and a newer version's.
    async fn upgrades_identity(&mut self, object: &Object) -> Step<()> {
        let Some(of) = self.identity.clone().filter(|_| !object.identity.is_null()) else {
            return Ok(());
        };
        let Ok(recorded) = json::to_json(&object.identity, &of) else { return Err(Stop) };
        let answer = self.upgrade_identity(self.identity_version, &recorded).await?;
        let read =
            self.identity_value("UpgradeResourceIdentity", answer.upgraded_identity.as_ref())?;
        if has_error(&answer.diagnostics) || !equivalent(&object.identity, &read, &of) {
            let detail = format!("{read:?}, {:?}", answer.diagnostics);
            self.broke(Rule::IdentityUpgradeFaithful, detail);
        }
        let newer = self.upgrade_identity(self.identity_version + 1, &recorded).await?;
        if !has_error(&newer.diagnostics) {
            self.broke(Rule::IdentityUpgradeNewer, "taken without an error");
        }
        Ok(())
    }

    async fn upgrade_identity(
        &mut self,
        version: i64,
        recorded: &serde_json::Value,
    ) -> Step<upgrade_resource_identity::Response> {
        let json = recorded.to_string().into_bytes();
        let request = upgrade_resource_identity::Request {
            type_name: self.type_name.to_owned(),
            version,
            raw_identity: Some(RawState { json, ..RawState::default() }),
        };
        self.upgrade_resource_identity(request).await
    }

    /// Imports the object by its id, and by its identity if it has one.
    async fn imports(&mut self, object: &Object, config: &Value) -> Step<()> {
        let Value::String(id) = member(&object.state, "id").clone() else { return Ok(()) };
        let type_name = self.type_name.to_owned();
        let client_capabilities = Some(capabilities());
        let by_id =
            import_resource_state::Request { type_name, id, client_capabilities, identity: None };
        self.import(by_id.clone(), config).await?;
        if let Some(identity) = self.identity_message(&object.identity) {
            let by_identity = import_resource_state::Request {
                id: String::new(),
                identity: Some(identity),
                ..by_id
            };
            self.import(by_identity, config).await?;
        }
        Ok(())
    }

    async fn import(
        &mut self,
        request: import_resource_state::Request,
        config: &Value,
    ) -> Step<()> {
        let by_identity = request.identity.is_some();
        let answer = self.import_resource_state(request).await?;
        self.no_error("ImportResourceState", &answer.diagnostics)?;
        let [imported] = answer.imported_resources.as_slice() else {
            let count = answer.imported_resources.len();
            self.broke(Rule::ImportOne, format!("{count} objects"));
            return Ok(());
        };
        if imported.type_name != self.type_name {
            self.broke(Rule::ImportType, imported.type_name.clone());
        }
        let state = self.value("ImportResourceState", imported.state.as_ref())?;
        self.no_unknown(Rule::ImportKnown, &state);
        self.no_write_only(Rule::ImportKnown, &state);
        let identity = self.identity_value("ImportResourceState", imported.identity.as_ref())?;
        if by_identity && identity.is_null() {
            self.broke(Rule::ImportIdentity, "none");
        }
        let object = Object { state, private: imported.private.clone(), identity };
        let Some(read) = self.read(&object).await? else {
            self.broke(Rule::ImportPresent, "gone");
            return Ok(());
        };
        let plan = self.plan(Some(&read), config).await?;
        if !plan.is_empty(self) {
            let planned = Object { state: plan.state, ..read.clone() };
            let detail = differing(self, &read, &planned);
            self.broke(Rule::ImportSteady, format!("{detail:?}"));
        }
        Ok(())
    }

    /// Asks for the configuration that would describe the object, and plans with it.
    async fn generates(&mut self, object: &Object) -> Step<()> {
        let request = generate_resource_config::Request {
            type_name: self.type_name.to_owned(),
            state: self.message(&object.state)?,
        };
        let answer = self.generate_resource_config(request).await?;
        self.no_error("GenerateResourceConfig", &answer.diagnostics)?;
        let config = self.value("GenerateResourceConfig", answer.config.as_ref())?;
        let settable = |name: &str| {
            let part = self.parts.iter().find(|part| part.name == name);
            part.is_some_and(|part| (part.required || part.optional) && !part.write_only)
        };
        if let Value::Mapping(members) = &config {
            let set = members.iter().filter(|(_, value)| !value.is_null());
            let wrong: Vec<String> =
                set.filter(|(name, _)| !settable(name)).map(|(name, _)| name.clone()).collect();
            for name in wrong {
                self.broke(Rule::GeneratedConfig, format!("{name} is set"));
            }
        }
        let plan = self.plan(Some(object), &config).await?;
        let kept = without_write_only(&self.parts, &plan.state);
        if !equivalent(&object.state, &kept, &self.of) {
            let planned = Object { state: plan.state, ..object.clone() };
            let detail = differing(self, object, &planned);
            self.broke(Rule::GeneratedConfig, format!("plans {detail:?}"));
        }
        Ok(())
    }

    /// Plans and applies a destroy.
    async fn destroy(&mut self, object: &Object) -> Step<()> {
        let request = plan_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: self.message(&object.state)?,
            proposed_new_state: self.message(&Value::Null)?,
            config: self.message(&Value::Null)?,
            prior_private: object.private.clone(),
            client_capabilities: Some(capabilities()),
            prior_identity: self.identity_message(&object.identity),
            ..plan_resource_change::Request::default()
        };
        let answer = self.plan_resource_change(request).await?;
        self.no_error("PlanResourceChange", &answer.diagnostics)?;
        let planned = self.value("PlanResourceChange", answer.planned_state.as_ref())?;
        if !planned.is_null() {
            self.broke(Rule::PlanDestroy, format!("{planned:?}"));
        }
        self.apply_destroy(object, answer.planned_private).await
    }

    /// Applies a destroy.
    pub(super) async fn apply_destroy(&mut self, object: &Object, private: Vec<u8>) -> Step<()> {
        let identity = if private.is_empty() { Value::Null } else { object.identity.clone() };
        let request = apply_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: self.message(&object.state)?,
            planned_state: self.message(&nothing().state)?,
            config: self.message(&Value::Null)?,
            planned_private: private,
            planned_identity: self.identity_message(&identity),
            ..apply_resource_change::Request::default()
        };
        let answer = self.apply_resource_change(request).await?;
        self.no_error("ApplyResourceChange (destroy)", &answer.diagnostics)?;
        let state = self.value("ApplyResourceChange", answer.new_state.as_ref())?;
        if !state.is_null() {
            self.broke(Rule::ApplyDestroyed, format!("{state:?}"));
        }
        Ok(())
    }
}

/// The top-level attributes in which two objects differ.
pub(super) fn differing(
    client: &Client<'_, impl Provider>,
    one: &Object,
    two: &Object,
) -> Vec<String> {
    let differs = |part: &&super::shape::Part| {
        let (one, two) = (member(&one.state, &part.name), member(&two.state, &part.name));
        !equivalent(one, two, &part.of())
    };
    client.parts.iter().filter(differs).map(|part| part.name.clone()).collect()
}

fn has_error(diagnostics: &[proto::tfplugin6::Diagnostic]) -> bool {
    let error = proto::tfplugin6::diagnostic::Severity::Error;
    diagnostics.iter().any(|it| it.severity() == error)
}
