//! Unknown values, and what is known of them.

use rmp::{Marker, decode as read, encode as write};

use crate::value::{
    Misfit, Number, Problem, Refinement, Type,
    msgpack::{
        REFINED, REFINED_BYTES,
        decode::Reader,
        encode::{put_number, written},
    },
};

/// An unknown value of which nothing is known.
const PLAIN: [u8; 3] = [0xd4, 0, 0];

/// Clients cut prefixes here.
const PREFIX_BYTES: usize = 256;

// What can be said, by number.
const NULL: u64 = 1;
const PREFIX: u64 = 2;
const NUMBER_MIN: u64 = 3;
const NUMBER_MAX: u64 = 4;
const LENGTH_MIN: u64 = 5;
const LENGTH_MAX: u64 = 6;

/// Writes an unknown value. What its type does not have is left out.
pub(super) fn put(known: &Refinement, of: &Type, out: &mut Vec<u8>) -> Result<(), Misfit> {
    let (count, entries) = entries(known, of)?;
    if count == 0 || entries.len() >= REFINED_BYTES {
        out.extend(PLAIN);
        return Ok(());
    }
    let mut payload = Vec::with_capacity(entries.len() + 1);
    written(write::write_map_len(&mut payload, count))?;
    payload.extend(entries);
    let length = u32::try_from(payload.len()).map_err(|_| Problem::OversizeRefinement)?;
    written(write::write_ext_meta(out, length, REFINED))?;
    out.extend(payload);
    Ok(())
}

/// How many things are known, and their bytes.
fn entries(known: &Refinement, of: &Type) -> Result<(u32, Vec<u8>), Misfit> {
    let mut out = Vec::new();
    let mut count = 0;
    let mut key = |key: u64, out: &mut Vec<u8>| {
        count += 1;
        written(write::write_uint(out, key))
    };
    if let (Some(null), false) = (known.null, *of == Type::Dynamic) {
        key(NULL, &mut out)?;
        written(write::write_bool(&mut out, null))?;
    }
    if let (Some(prefix), Type::String) = (&known.prefix, of) {
        key(PREFIX, &mut out)?;
        let end = prefix.floor_char_boundary(PREFIX_BYTES);
        written(write::write_str(&mut out, &prefix[..end]))?;
    }
    for (name, bound) in [(NUMBER_MIN, &known.number_min), (NUMBER_MAX, &known.number_max)] {
        if let (Some((number, inclusive)), Type::Number) = (bound, of) {
            key(name, &mut out)?;
            written(write::write_array_len(&mut out, 2))?;
            put_number(number, &mut out)?;
            written(write::write_bool(&mut out, *inclusive))?;
        }
    }
    for (name, bound) in [(LENGTH_MIN, known.length_min), (LENGTH_MAX, known.length_max)] {
        if let (Some(length), true) = (bound, of.is_collection()) {
            key(name, &mut out)?;
            written(write::write_sint(&mut out, length))?;
        }
    }
    Ok((count, out))
}

/// Reads an unknown value: any extension of at most one byte, or one that says what is known.
pub(super) fn take(reader: &mut Reader<'_>, of: &Type) -> Result<Refinement, Misfit> {
    let meta = read::read_ext_meta(&mut reader.rest).map_err(|_| Problem::NotMsgpack)?;
    let length = usize::try_from(meta.size).map_err(|_| Problem::NotMsgpack)?;
    let payload = reader.bytes(length)?;
    match (meta.typeid, length) {
        (_, 0 | 1) => Ok(Refinement::default()),
        (REFINED, REFINED_BYTES..) if length > REFINED_BYTES => {
            Err(Problem::OversizeRefinement.into())
        }
        (REFINED, _) => known(payload, of),
        (code, length) => Err(Problem::UnsupportedExtension { code, length }.into()),
    }
}

fn known(payload: &[u8], of: &Type) -> Result<Refinement, Misfit> {
    let mut known = Refinement::default();
    let mut reader = Reader::new(payload);
    for _ in 0..reader.map_length()? {
        let Some(Ok(key)) = reader.number()?.as_i64().map(u64::try_from) else {
            return Err(Problem::NotMsgpack.into());
        };
        take_entry(key, &mut known, of, &mut reader)?;
    }
    Ok(if *of == Type::Dynamic { Refinement::default() } else { known })
}

fn take_entry(
    key: u64,
    known: &mut Refinement,
    of: &Type,
    reader: &mut Reader<'_>,
) -> Result<(), Misfit> {
    let fits = match key {
        PREFIX => *of == Type::String,
        NUMBER_MIN | NUMBER_MAX => *of == Type::Number,
        LENGTH_MIN | LENGTH_MAX => of.is_collection(),
        _ => true,
    };
    if *of == Type::Dynamic {
        return reader.skip();
    }
    if !fits {
        return Err(Problem::WrongRefinement(key).into());
    }
    match key {
        NULL => known.null = Some(reader.bool()?),
        PREFIX => known.prefix = Some(reader.text()?),
        NUMBER_MIN => known.number_min = Some(bound(reader)?),
        NUMBER_MAX => known.number_max = Some(bound(reader)?),
        LENGTH_MIN => known.length_min = reader.number()?.as_i64(),
        LENGTH_MAX => known.length_max = reader.number()?.as_i64(),
        // Newer clients may know more.
        _ => reader.skip()?,
    }
    Ok(())
}

fn bound(reader: &mut Reader<'_>) -> Result<(Number, bool), Misfit> {
    if reader.array_length()? != 2 {
        return Err(Problem::NotMsgpack.into());
    }
    Ok((reader.number()?, reader.bool()?))
}

/// Whether a value starts with an extension.
pub(super) fn is_extension(marker: Marker) -> bool {
    matches!(
        marker,
        Marker::FixExt1
            | Marker::FixExt2
            | Marker::FixExt4
            | Marker::FixExt8
            | Marker::FixExt16
            | Marker::Ext8
            | Marker::Ext16
            | Marker::Ext32
    )
}
