//! `PlanAction` and `InvokeAction`.

use proto::tfplugin6::{
    invoke_action::{self, Event, event},
    plan_action,
};
use tokio::sync::mpsc;
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use tonic::codegen::BoxStream;
use tracing::Instrument;

use crate::{
    diagnostics::Diagnostics,
    resource::{Deferred, Provider},
};

use super::{
    Service,
    call::{guarded_diagnostics, span},
    diagnostics::{self, deferred_to_wire},
    wire,
};

/// `PlanAction`.
pub(super) async fn plan<P: Provider>(
    service: &Service<P>,
    request: plan_action::Request,
) -> plan_action::Response {
    let context = service.context(request.client_capabilities);
    let deferred = (context.client.deferral_allowed && service.awaits_configuration())
        .then(|| deferred_to_wire(Deferred::ProviderConfigUnknown));
    let told = guarded_diagnostics(async {
        let unknown = || wire::unknown_type(&request.action_type);
        let action =
            service.catalog().actions.get(request.action_type.as_str()).ok_or_else(unknown)?;
        let config = wire::decode(request.config.as_ref(), action.schema())?;
        action.plan(&context, config).await
    });
    plan_action::Response { diagnostics: diagnostics::to_wire(told.await), deferred }
}

/// `InvokeAction`: lines of progress, then exactly one completion.
pub(super) fn invoke<P: Provider>(
    service: &Service<P>,
    request: invoke_action::Request,
) -> BoxStream<Event> {
    let (events, stream) = mpsc::channel(16);
    let (service, span) = (service.clone(), span("InvokeAction", &request.action_type));
    let doing = async move {
        let told = guarded_diagnostics(invoked(&service, request, &events)).await;
        let completed = event::Completed { diagnostics: diagnostics::to_wire(told) };
        let _ = events.send(Event { r#type: Some(event::Type::Completed(completed)) }).await;
    };
    // Not awaited: a client that goes away does not undo what was begun.
    tokio::spawn(doing.instrument(span));
    Box::pin(ReceiverStream::new(stream).map(Ok))
}

async fn invoked<P: Provider>(
    service: &Service<P>,
    request: invoke_action::Request,
    events: &mpsc::Sender<Event>,
) -> Result<Diagnostics, Diagnostics> {
    let unknown = || wire::unknown_type(&request.action_type);
    let action = service.catalog().actions.get(request.action_type.as_str()).ok_or_else(unknown)?;
    let context = service.context(request.client_capabilities);
    let config = wire::decode(request.config.as_ref(), action.schema())?;
    let (said, mut lines) = mpsc::channel(16);
    let passing = async {
        while let Some(message) = lines.recv().await {
            let progress = event::Type::Progress(event::Progress { message });
            let _ = events.send(Event { r#type: Some(progress) }).await;
        }
    };
    // A net of its own, so that what was said before a panic is passed on.
    let doing = guarded_diagnostics(action.invoke(&context, config, said));
    let (told, ()) = tokio::join!(doing, passing);
    Ok(told)
}
