//! A call whose answer is taken as it comes: what a client makes of the bytes is not the provider's
//! doing, and not part of a time that is taken of it.

use crate::failure::Outcome;
use bytes::Buf;
use std::time::{Duration, Instant};
use tonic::Status;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;

const METADATA: &str = "/tfplugin6.Provider/GetMetadata";
const SCHEMA: &str = "/tfplugin6.Provider/GetProviderSchema";

/// From the call for the schema until its last byte is there.
///
/// A small call goes before it: a client's side of the handshake is over while the provider still
/// checks the client's certificate, which takes longer than the schema.
pub async fn schema_time(channel: Channel) -> Outcome<Duration> {
    let mut client = Grpc::new(channel).max_decoding_message_size(usize::MAX);
    let mut call = async |method| {
        client.ready().await?;
        let empty = tonic::Request::new(());
        client.unary(empty, PathAndQuery::from_static(method), Raw).await?;
        Outcome::Ok(())
    };
    call(METADATA).await?;
    let start = Instant::now();
    call(SCHEMA).await?;
    Ok(start.elapsed())
}

/// An empty request, and an answer of which only the length is looked at.
#[derive(Clone, Copy, Debug, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = ();
    type Decode = usize;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Raw {
    type Item = ();
    type Error = Status;

    fn encode(&mut self, (): (), _: &mut EncodeBuf<'_>) -> Result<(), Status> {
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = usize;
    type Error = Status;

    fn decode(&mut self, answer: &mut DecodeBuf<'_>) -> Result<Option<usize>, Status> {
        let length = answer.remaining();
        answer.advance(length);
        Ok(Some(length))
    }
}
