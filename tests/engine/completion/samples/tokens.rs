use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

#[derive(Debug, Clone, PartialEq)]
pub enum Token<'a> {
    Number(f64),
    Name(&'a str),
    Symbol(char),
}

#[derive(Debug)]
pub struct Unexpected {
    pub at: usize,
    pub found: char,
}

impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unexpected {:?} at {}", self.found, self.at)
    }
}

pub struct Lexer<'a> {
    text: &'a str,
    chars: Peekable<Chars<'a>>,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str) -> Self {
        Lexer {
            text,
            chars: text.chars().peekable(),
            at: 0,
        }
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let start = self.at;
        while let Some(&c) = self.chars.peek() {
            if !wanted(c) {
                break;
            }
            self.at += c.len_utf8();
            self.chars.next();
        }
        &self.text[start..self.at]
    }

    pub fn next_token(&mut self) -> Result<Option<Token<'a>>, Unexpected> {
        self.take_while(char::is_whitespace);
        let Some(&c) = self.chars.peek() else {
            return Ok(None);
        };
        let token = match c {
            '0'..='9' => {
                let digits = self.take_while(|c| c.is_ascii_digit() || c == '.');
                Token::Number(digits.parse().map_err(|_| Unexpected { at: self.at, found: c })?)
            }
            c if c.is_alphabetic() => Token::Name(self.take_while(char::is_alphanumeric)),
            '+' | '-' | '*' | '/' | '(' | ')' => {
                self.at += 1;
                self.chars.next();
                Token::Symbol(c)
            }
            found => return Err(Unexpected { at: self.at, found }),
        };
        Ok(Some(token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_in_any_script() {
        let mut lexer = Lexer::new("größe * 2");
        assert_eq!(lexer.next_token().unwrap(), Some(Token::Name("größe")));
        assert_eq!(lexer.next_token().unwrap(), Some(Token::Symbol('*')));
    }
}
