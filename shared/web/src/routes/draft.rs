//! What the types of a handler say of its operation.

use axum::extract::State;
use problem::Problem;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Ref, RefOr, Required, Response, ResponseBuilder, Schema};

const JSON: &str = "application/json";

/// An argument or an answer of a handler that says what a client has to know of it.
pub trait Describes {
    /// Says it.
    fn describe(draft: &mut Draft);
}

type Reads = fn(&Value) -> Result<(), serde_json::Error>;

/// An operation while it is described.
pub struct Draft {
    room: &'static str,
    looks: bool,
    status: u16,
    /// How the body is read.
    reads: Option<Reads>,
    operation: Operation,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Draft {
    pub(crate) fn of(room: &'static str, looks: bool) -> Draft {
        Draft { room, looks, status: 200, reads: None, operation: Operation::new(), schemas: Vec::new() }
    }

    pub(crate) fn done(self) -> (Operation, Vec<(String, RefOr<Schema>)>) {
        (self.operation, self.schemas)
    }

    /// The room whose operation it is.
    pub fn room(&self) -> &'static str {
        self.room
    }

    /// Whether the operation only looks.
    pub fn looks(&self) -> bool {
        self.looks
    }

    /// Takes a type and what it consists of into the document, and refers to it.
    pub fn schema<T: ToSchema>(&mut self) -> RefOr<Schema> {
        self.named(T::name().into_owned(), T::schema());
        T::schemas(&mut self.schemas);
        Ref::from_schema_name(T::name()).into()
    }

    /// Takes a schema into the document under a name.
    pub fn named(&mut self, name: String, schema: RefOr<Schema>) {
        self.schemas.push((name, schema));
    }

    /// A parameter; a path's are always required.
    pub fn parameter(&mut self, parameter: impl Into<Parameter>) {
        self.operation.parameters.get_or_insert_default().push(RefOr::T(parameter.into()));
    }

    /// Takes a parameter back that was described.
    pub fn without(&mut self, name: &str) {
        let named = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(known) if known.name == name);
        self.operation.parameters.iter_mut().for_each(|known| known.retain(|parameter| !named(parameter)));
    }

    /// A part of the path.
    pub fn path(&mut self, name: &str, schema: impl Into<RefOr<Schema>>) {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path);
        self.parameter(parameter.required(Required::True).schema(Some(schema)));
    }

    /// A header. What it looks like is known by its name.
    pub fn header(&mut self, name: &str, required: bool) {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header);
        self.parameter(parameter.required(required_if(required)));
    }

    /// A parameter of the query, in the shape that this schema says.
    pub fn query(&mut self, name: &str, required: bool, schema: impl Into<RefOr<Schema>>) {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query);
        self.parameter(parameter.required(required_if(required)).schema(Some(schema)));
    }

    /// A JSON body.
    pub fn body<T: ToSchema + DeserializeOwned>(&mut self) {
        self.reads = Some(|example| T::deserialize(example).map(drop));
        let content = ContentBuilder::new().schema(Some(self.schema::<T>())).build();
        let body = RequestBodyBuilder::new().content(JSON, content).required(Some(Required::True));
        self.operation.request_body = Some(RefOr::T(body.build()));
    }

    /// An example of the body, which an operation has if it has a body.
    pub(crate) fn example(&mut self, example: Option<Value>) -> Result<(), String> {
        let (reads, example) = match (self.reads, example) {
            (None, None) => return Ok(()),
            (Some(reads), Some(example)) => (reads, example),
            (Some(_), None) => return Err("a body needs an example".to_owned()),
            (None, Some(_)) => return Err("there is no body".to_owned()),
        };
        reads(&example).map_err(|error| error.to_string())?;
        if let Some(RefOr::T(body)) = &mut self.operation.request_body
            && let Some(RefOr::T(content)) = body.content.get_mut(JSON)
        {
            content.example = Some(example);
        }
        Ok(())
    }

    /// The status with which the operation answers when all goes well, if it is not 200.
    pub fn status(&mut self, status: u16) {
        self.status = status;
    }

    /// What the operation answers when all goes well: JSON of this shape.
    pub fn answer(&mut self, schema: RefOr<Schema>) {
        self.respond(self.status.to_string(), json(schema));
    }

    /// Answers without a body, with what the status means here if it does not go without saying.
    pub fn answer_nothing(&mut self, means: &str) {
        self.respond(self.status.to_string(), ResponseBuilder::new().description(means).build());
    }

    /// What the operation answers when it refuses.
    pub fn refuse<T: ToSchema>(&mut self) {
        let schema = self.schema::<T>();
        self.respond("default".to_owned(), json(schema));
    }

    fn respond(&mut self, status: String, response: Response) {
        self.operation.responses.responses.insert(status, RefOr::T(response));
    }

    /// Anybody may ask.
    pub fn guest(&mut self) {
        self.allow(SecurityRequirement::default());
    }

    /// People who have signed in may ask.
    pub fn person(&mut self) {
        self.allow(SecurityRequirement::new("person", [] as [&str; 0]));
    }

    /// Programs whose key carries this scope may ask.
    pub fn program(&mut self, scope: &str) {
        self.allow(SecurityRequirement::new("program", [scope]));
    }

    fn allow(&mut self, caller: SecurityRequirement) {
        let allowed = self.operation.security.get_or_insert_default();
        if !allowed.contains(&caller) {
            allowed.push(caller);
        }
    }
}

fn required_if(required: bool) -> Required {
    if required { Required::True } else { Required::False }
}

fn json(schema: RefOr<Schema>) -> Response {
    ResponseBuilder::new().content(JSON, ContentBuilder::new().schema(Some(schema)).build()).build()
}

/// What the room brings along is nothing that a client knows of.
impl<T> Describes for State<T> {
    fn describe(_: &mut Draft) {}
}

impl<T: Describes, E: Describes> Describes for Result<T, E> {
    fn describe(draft: &mut Draft) {
        T::describe(draft);
        E::describe(draft);
    }
}

impl Describes for Problem {
    fn describe(draft: &mut Draft) {
        draft.refuse::<Problem>();
    }
}

impl<T: ToSchema> Describes for axum::Json<T> {
    fn describe(draft: &mut Draft) {
        let schema = draft.schema::<T>();
        draft.answer(schema);
    }
}

/// Nothing more than the status.
impl Describes for () {
    fn describe(draft: &mut Draft) {
        draft.answer_nothing("");
    }
}
