//! HTTP/1.1 by hand, since nothing here may cost more than what is measured.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// The first line, the headers and the body of a message.
pub struct Message {
    pub first: String,
    /// Their names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Message {
    /// What an answer says of itself.
    pub fn status(&self) -> u16 {
        self.first.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
    }
}

/// One kept connection to a server on this machine.
pub struct Connection {
    port: u16,
    reader: BufReader<TcpStream>,
    stream: TcpStream,
}

impl Connection {
    pub fn to(port: u16) -> io::Result<Connection> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        Ok(Connection { port, reader: BufReader::new(stream.try_clone()?), stream })
    }

    /// Asks, and waits for the answer. A header is a whole line with its end.
    pub fn ask(&mut self, first: &str, headers: &str, body: &[u8]) -> io::Result<Message> {
        let headers = format!("host: localhost:{}\r\n{headers}", self.port);
        send(&mut self.stream, &format!("{first} HTTP/1.1"), &headers, body)?;
        read(&mut self.reader)?.ok_or_else(|| io::Error::other("the server has gone"))
    }
}

/// Reads one message; `None` when the other side has gone.
pub fn read(from: &mut BufReader<TcpStream>) -> io::Result<Option<Message>> {
    let mut first = String::new();
    if from.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let header =
        |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let mut body = Vec::new();
    if header("transfer-encoding").is_some_and(|how| how.contains("chunked")) {
        loop {
            let mut size = String::new();
            from.read_line(&mut size)?;
            let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
            let mut chunk = vec![0; size + 2];
            from.read_exact(&mut chunk)?;
            body.extend_from_slice(&chunk[..size]);
            if size == 0 {
                break;
            }
        }
    } else {
        let length = header("content-length").map_or(Ok(0), str::parse).map_err(io::Error::other)?;
        body = vec![0; length];
        from.read_exact(&mut body)?;
    }
    Ok(Some(Message { first: first.trim_end().to_owned(), headers, body }))
}

/// Writes a message. A header is a whole line with its end.
pub fn send(to: &mut TcpStream, first: &str, headers: &str, body: &[u8]) -> io::Result<()> {
    let mut message = format!("{first}\r\ncontent-length: {}\r\n{headers}\r\n", body.len()).into_bytes();
    message.extend_from_slice(body);
    to.write_all(&message)
}
