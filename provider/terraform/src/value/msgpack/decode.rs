//! Reading.

use std::collections::BTreeMap;

use rmp::{Marker, decode as read};

use crate::{
    path::Step,
    value::{Misfit, Number, Problem, Type, Value, msgpack::refinement, push_distinct},
};

/// How deep values may stand in values: types that values carry could nest without end.
const DEPTH: usize = 200;

/// Reads a value of a type.
///
/// # Errors
/// The bytes are not such a value.
pub fn decode(bytes: &[u8], of: &Type) -> Result<Value, Misfit> {
    let mut reader = Reader::new(bytes);
    let value = reader.value(of)?;
    match reader.rest.len() {
        0 => Ok(value),
        more => Err(Problem::TrailingBytes(more).into()),
    }
}

/// What is still to be read.
pub(super) struct Reader<'a> {
    pub(super) rest: &'a [u8],
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest, depth: 0 }
    }

    fn value(&mut self, of: &Type) -> Result<Value, Misfit> {
        let marker = self.marker()?;
        if marker == Marker::Null {
            self.bytes(1)?;
            return Ok(Value::Null);
        }
        if refinement::is_extension(marker) {
            return refinement::take(self, of).map(Value::Unknown);
        }
        if self.depth == DEPTH {
            return Err(Problem::TooDeep.into());
        }
        self.depth += 1;
        let value = self.known(of);
        self.depth -= 1;
        value
    }

    fn known(&mut self, of: &Type) -> Result<Value, Misfit> {
        match of {
            Type::String => self.text().map(Value::String),
            Type::Bool => self.bool().map(Value::Bool),
            Type::Number => self.number().map(Value::Number),
            Type::List(element) => self.elements(element, Vec::push),
            Type::Set(element) => self.elements(element, push_distinct(element)),
            Type::Tuple(elements) => self.tuple(elements),
            Type::Map(element) => self.map(element),
            Type::Object(attributes) => self.object(attributes),
            Type::Dynamic => self.dynamic(),
        }
    }

    fn elements(
        &mut self,
        of: &Type,
        mut push: impl FnMut(&mut Vec<Value>, Value),
    ) -> Result<Value, Misfit> {
        let mut elements = Vec::new();
        for index in 0..self.array_length()? {
            let under = |misfit: Misfit| misfit.under(Step::Index(i64::from(index)));
            push(&mut elements, self.value(of).map_err(under)?);
        }
        Ok(Value::Sequence(elements))
    }

    fn tuple(&mut self, types: &[Type]) -> Result<Value, Misfit> {
        let (wanted, found) = (types.len(), self.array_length()? as usize);
        if wanted != found {
            return Err(Problem::WrongLength { wanted, found }.into());
        }
        let numbered = types.iter().zip(0..);
        let element =
            |(of, index)| self.value(of).map_err(|misfit: Misfit| misfit.under(Step::Index(index)));
        numbered.map(element).collect::<Result<_, _>>().map(Value::Sequence)
    }

    fn map(&mut self, of: &Type) -> Result<Value, Misfit> {
        let mut members = BTreeMap::new();
        for _ in 0..self.map_length()? {
            let key = self.text()?;
            let member = self.value(of).map_err(|misfit| misfit.under(Step::Key(key.clone())))?;
            members.insert(key, member);
        }
        Ok(Value::Mapping(members))
    }

    fn object(&mut self, types: &BTreeMap<String, Type>) -> Result<Value, Misfit> {
        let mut members = BTreeMap::new();
        for _ in 0..self.map_length()? {
            let name = self.text()?;
            let unsupported = || Problem::UnsupportedAttribute(name.clone());
            let of = types.get(&name).ok_or_else(unsupported)?;
            let under = |misfit: Misfit| misfit.under(Step::Attribute(name.clone()));
            let member = self.value(of).map_err(under)?;
            members.insert(name, member);
        }
        match types.keys().find(|name| !members.contains_key(*name)) {
            Some(name) => Err(Problem::MissingAttribute(name.clone()).into()),
            None => Ok(Value::Mapping(members)),
        }
    }

    /// A value that carries its type.
    fn dynamic(&mut self) -> Result<Value, Misfit> {
        let (wanted, found) = (2, self.array_length()? as usize);
        if wanted != found {
            return Err(Problem::WrongLength { wanted, found }.into());
        }
        let of = Type::from_json(self.raw_text()?).map_err(Problem::NotAType)?;
        let value = self.value(&of)?;
        Ok(Value::Dynamic(Box::new((of, value))))
    }

    pub(super) fn bool(&mut self) -> Result<bool, Misfit> {
        let found = self.found()?;
        read::read_bool(&mut self.rest).map_err(|_| Misfit::wrong(&Type::Bool, found))
    }

    pub(super) fn text(&mut self) -> Result<String, Misfit> {
        let bytes = self.raw_text()?;
        String::from_utf8(bytes.to_vec()).map_err(|_| Problem::NotUtf8.into())
    }

    /// An integer, a float, or decimal digits.
    pub(super) fn number(&mut self) -> Result<Number, Misfit> {
        let failed = |_| Problem::NotMsgpack;
        let marker = self.marker()?;
        if is_text(marker) {
            return parsed(&self.text()?);
        }
        if marker == Marker::U64 {
            return parsed(&read::read_u64(&mut self.rest).map_err(failed)?.to_string());
        }
        if !matches!(marker, Marker::F32 | Marker::F64) {
            return self.integer();
        }
        let float = if marker == Marker::F64 {
            read::read_f64(&mut self.rest).map_err(failed)?
        } else {
            f64::from(read::read_f32(&mut self.rest).map_err(failed)?)
        };
        if float.is_nan() { Err(Problem::NotFinite.into()) } else { Ok(Number::Float(float)) }
    }

    fn integer(&mut self) -> Result<Number, Misfit> {
        let found = self.found()?;
        let integer = read::read_int(&mut self.rest);
        integer.map(Number::Integer).map_err(|_| Misfit::wrong(&Type::Number, found))
    }

    /// The bytes of a text, which may also be sent as binary.
    fn raw_text(&mut self) -> Result<&'a [u8], Misfit> {
        let marker = self.marker()?;
        let length = if is_text(marker) {
            read::read_str_len(&mut self.rest).map_err(|_| Problem::NotMsgpack)?
        } else if matches!(marker, Marker::Bin8 | Marker::Bin16 | Marker::Bin32) {
            read::read_bin_len(&mut self.rest).map_err(|_| Problem::NotMsgpack)?
        } else {
            return Err(Misfit::wrong(&Type::String, self.found()?));
        };
        self.bytes(length as usize)
    }

    pub(super) fn array_length(&mut self) -> Result<u32, Misfit> {
        let found = self.found()?;
        let wanted = "a list, set or tuple";
        read::read_array_len(&mut self.rest)
            .map_err(|_| Problem::WrongType { wanted, found }.into())
    }

    pub(super) fn map_length(&mut self) -> Result<u32, Misfit> {
        let found = self.found()?;
        let wanted = "a map or an object";
        read::read_map_len(&mut self.rest).map_err(|_| Problem::WrongType { wanted, found }.into())
    }

    /// Passes over one value of whatever form.
    pub(super) fn skip(&mut self) -> Result<(), Misfit> {
        let length = rmp::decode::MessageLen::with_limits(DEPTH, REFINEMENT_ELEMENTS)
            .incremental_len(self.rest)
            .map_err(|_| Problem::NotMsgpack)?;
        self.bytes(length).map(|_| ())
    }

    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], Misfit> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Problem::NotMsgpack)?;
        self.rest = rest;
        Ok(taken)
    }

    fn marker(&self) -> Result<Marker, Misfit> {
        let first = self.rest.first().ok_or(Problem::NotMsgpack)?;
        Ok(Marker::from_u8(*first))
    }

    /// What stands here, for a message.
    fn found(&self) -> Result<String, Misfit> {
        Ok(format!("msgpack {:?}", self.marker()?))
    }
}

/// A refinement has at most 1024 bytes, so no more elements.
const REFINEMENT_ELEMENTS: usize = 1024;

fn parsed(text: &str) -> Result<Number, Misfit> {
    Number::parse(text).map_err(|it| Problem::NotANumber(it).into())
}

fn is_text(marker: Marker) -> bool {
    matches!(marker, Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32)
}
