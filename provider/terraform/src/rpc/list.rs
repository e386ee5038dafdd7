//! `ListResource`.

use proto::tfplugin6::list_resource::{Event, Request};
use tokio::sync::mpsc;
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use tonic::codegen::BoxStream;
use tracing::Instrument;

use crate::{
    diagnostics::Diagnostics,
    registry::{ListRequest, ListedValue},
    resource::Provider,
};

use super::{
    Service,
    call::{guarded_diagnostics, span},
    diagnostics, wire,
};

/// What core asks for when the user names no limit.
const USUAL_LIMIT: usize = 100;

/// Streams what is found; what is to be told at the end rides on an event of its own.
pub(super) fn list<P: Provider>(service: &Service<P>, request: Request) -> BoxStream<Event> {
    let (events, stream) = mpsc::channel(1);
    let (service, span) = (service.clone(), span("ListResource", &request.type_name));
    let listing = async move {
        let told = guarded_diagnostics(listed(&service, request, &events)).await;
        if !told.is_empty() {
            let last = Event { diagnostic: diagnostics::to_wire(told), ..Event::default() };
            let _ = events.send(last).await;
        }
    };
    // Not awaited: the listing ends with the stream, whose other end it holds.
    tokio::spawn(listing.instrument(span));
    Box::pin(ReceiverStream::new(stream).map(Ok))
}

async fn listed<P: Provider>(
    service: &Service<P>,
    request: Request,
    events: &mpsc::Sender<Event>,
) -> Result<Diagnostics, Diagnostics> {
    let unknown = || wire::unknown_type(&request.type_name);
    let list = service.catalog().lists.get(request.type_name.as_str()).ok_or_else(unknown)?;
    let context = service.context(None);
    let input = ListRequest {
        config: wire::decode(request.config.as_ref(), list.schema())?,
        with_objects: request.include_resource_object,
        limit: usize::try_from(request.limit).ok().filter(|it| *it > 0).unwrap_or(USUAL_LIMIT),
    };
    let (found, mut waiting) = mpsc::channel(1);
    let passing = async {
        let mut wrong = Diagnostics::new();
        while let Some(found) = waiting.recv().await {
            let sent = match event(service, &request.type_name, found) {
                Ok(event) => events.send(event).await,
                Err(diagnostics) => {
                    wrong.extend(diagnostics);
                    Ok(())
                }
            };
            if sent.is_err() {
                waiting.close();
            }
        }
        wrong
    };
    let (told, wrong) = tokio::join!(list.list(&context, input, found), passing);
    let mut told = told?;
    told.extend(wrong);
    Ok(told)
}

fn event<P: Provider>(
    service: &Service<P>,
    type_name: &str,
    found: ListedValue,
) -> Result<Event, Diagnostics> {
    let resource = service.resource(type_name).ok_or_else(|| wire::unknown_type(type_name))?;
    let ListedValue { identity, display_name, object, diagnostics } = found;
    let object = object.map(|object| wire::encode(&object, resource.schema())).transpose()?;
    Ok(Event {
        identity: wire::encode_identity(&identity, resource.identity())?,
        display_name,
        resource_object: object,
        diagnostic: diagnostics::to_wire(diagnostics),
    })
}
