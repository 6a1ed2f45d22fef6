//! HTTP/1.1 by hand, since nothing here may cost more than what is measured.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// The first line, the headers that matter, and the body of a message.
pub struct Message {
    pub first: String,
    pub body: Vec<u8>,
}

/// Reads one message; `None` when the other side has gone.
pub fn read(from: &mut BufReader<TcpStream>) -> io::Result<Option<Message>> {
    let mut first = String::new();
    if from.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let (mut length, mut chunked) = (0, false);
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(n) = line.strip_prefix("content-length:") {
            length = n.trim().parse().map_err(io::Error::other)?;
        }
        chunked |= line.starts_with("transfer-encoding:") && line.contains("chunked");
    }
    let mut body = Vec::new();
    if chunked {
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
        body = vec![0; length];
        from.read_exact(&mut body)?;
    }
    Ok(Some(Message { first: first.trim_end().to_owned(), body }))
}

/// Writes a message with a JSON body.
pub fn write(to: &mut TcpStream, first: &str, headers: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    let text = format!(
        "{first}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    to.write_all(text.as_bytes())
}
