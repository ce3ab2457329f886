package detect

import "bytes"

// How a key that says only that a value follows is taken.
const (
	plainKey = iota // it says something else
	valueKey        // value, default: the name stands beside it
	fieldKey        // content, text, new: likewise, if what follows looks like a secret
)

// isValueKey tells whether a key only says that its value is one: the name stands
// beside it. So does "default" in Terraform's variables.
func isValueKey(key []byte) int {
	switch lower(key[0]) {
	case 'v', 'd', 'p', 's', 'c', 't', 'n', 'i', 'o', 'f':
	default:
		return plainKey
	}
	if fixedWord(key, valueWords) {
		return valueKey
	}
	if fixedWord(key, contentWords) {
		return fieldKey
	}
	return plainKey
}

var (
	valueWords   = wordTable(`value default parametervalue stringvalue string_value val`)
	contentWords = wordTable(`content text new newvalue new_value old oldvalue old_value to from input data v current previous before after`)
)

// maxObject bounds how far from a value its name is looked for.
const maxObject = 160

// named returns what the name says that stands before the key at b[from], in the
// same object or line: {"name": "password", "type": "x", "value": …}, <add
// key="password" value=…, and in YAML.
func (s *Scanner) named(b []byte, from int) Hint {
	i := skipBack(b, from, " \t\r\n,\"'\\;{")
	if at(b, i-1) == '<' {
		return s.namedElement(b, i-1)
	}
	if from-i > maxPadding {
		return NoHint
	}
	lines := 0
	for least := max(0, from-maxObject); i > least; {
		end := i
		for i > least && is(b[i-1], inKey) || i > least && b[i-1] == '/' {
			i--
		}
		name := b[i:end]
		separated := skipBack(b, i, " \"'=:\\[")
		if len(name) >= 2 && separated < i && separated > 0 && is(b[separated-1], inLetter) {
			key := separated
			for key > 0 && separated-key < maxKey && (is(b[key-1], inLetter) || b[key-1] == '_') {
				key--
			}
			if fixedWord(b[key:separated], nameWords) {
				return s.keys.classify(name)
			}
		}
		for i--; i > least && !is(b[i-1], inKey); i-- { // to the end of the word before
			switch b[i-1] {
			case '{', '}', '<', '>', '(', ')':
				return NoHint
			case '\n':
				if lines++; lines > 2 || at(b, i) == '-' {
					return NoHint
				}
			}
		}
	}
	return NoHint
}

// namedBehind returns what the name says that stands behind a value that ends at
// b[i]: {"value": "x", "name": "password"}, value="x" name="password".
func (s *Scanner) namedBehind(b []byte, i int) Hint {
	for n := 0; n < maxPadding && i < len(b) && (is(b[i], inSpace) || isQuote(b[i]) || b[i] == ',' || b[i] == '\\'); n++ {
		i++
	}
	from := i
	for i < len(b) && i-from < maxPadding && is(b[i], inLetter) {
		i++
	}
	if i > len(b) || !fixedWord(b[from:i], nameWords) {
		return NoHint
	}
	mark := i
	for i < len(b) && i-mark < maxPart && (isQuote(b[i]) || b[i] == ':' || b[i] == '=' || b[i] == ' ' || b[i] == '\\') {
		i++
	}
	from = i
	for i < len(b) && i-from < maxKey && is(b[i], inKey) {
		i++
	}
	if i == mark || i-from < 2 {
		return NoHint
	}
	return s.keys.classify(b[from:i])
}

// skipBack returns where the run of the given characters before b[i] begins.
func skipBack(b []byte, i int, chars string) int {
	for n := 0; i > 0 && n <= maxPadding && bytes.IndexByte([]byte(chars), b[i-1]) >= 0; n++ {
		i--
	}
	return i
}

// namedElement returns what is said by the name before the element at b[i]:
// <name>fs.password</name><value>x</value>, <property name="password"><value>x,
// <name>password</name><value><string>x.
func (s *Scanner) namedElement(b []byte, i int) Hint {
	for range 3 {
		i = skipBack(b, i, " \t\r\n")
		if at(b, i-1) != '>' {
			return NoHint
		}
		open := bytes.LastIndexByte(b[max(0, i-maxTag):i], '<') + max(0, i-maxTag)
		if at(b, open) != '<' {
			return NoHint
		}
		tag := b[open+1 : i-1]
		if h := s.namedTag(tag); h != NoHint {
			return h
		}
		if len(tag) > 1 && tag[0] == '/' && fixedWord(tag[1:], nameWords) {
			return s.keys.classify(b[keyStart(b, open):open])
		}
		if !every(tag, inLetter) {
			return NoHint
		}
		i = open
	}
	return NoHint
}

// namedTag returns what the name says that a tag of XML or HTML gives in an attribute:
// entry key="password".
func (s *Scanner) namedTag(tag []byte) Hint {
	for i := 0; i < len(tag); {
		n := bytes.Index(tag[i:], []byte("=\""))
		if n < 0 {
			return NoHint
		}
		key := i + n
		from := wordStart(tag[:key])
		i = key + 2
		end := bytes.IndexByte(tag[i:], '"')
		if end < 0 {
			return NoHint
		}
		if fixedWord(tag[from:key], nameWords) && end > 1 {
			if h := s.keys.classify(tag[i : i+end]); h != NoHint {
				return h
			}
		}
		i += end + 1
	}
	return NoHint
}

// tagBefore returns the tag that the '>' at b[i] ends, without its brackets, if it has
// attributes and opens an element with text.
func tagBefore(b []byte, i int) []byte {
	if at(b, i-1) != '"' {
		return nil
	}
	least := max(0, i-maxTag)
	open := bytes.LastIndexByte(b[least:i], '<')
	if open < 0 || !is(at(b, least+open+1), inLetter) {
		return nil
	}
	return b[least+open+1 : i]
}

// typeAround returns what the type says that holds the field at b[from] as its first:
// ApiKey { value: "x" }, Password(value=x).
func (s *Scanner) typeAround(b []byte, from int) Hint {
	i := skipBack(b, from, " \n\"'")
	if c := at(b, i-1); c != '{' && c != '(' {
		return NoHint
	}
	i--
	for i > 0 && b[i-1] == ' ' {
		i--
	}
	to := i
	for i > 0 && to-i < maxKey && alnum(b[i-1]) {
		i--
	}
	if i == to || !is(b[i], inUpper) {
		return NoHint
	}
	if h := s.keys.classify(b[i:to]); h == HintSecret || h == HintToken {
		return h
	}
	return NoHint
}

// isNumberKey tells whether a key only says that its value is the id of what holds it.
func isNumberKey(key []byte) bool {
	return string(key) == "id" || string(key) == "number" || string(key) == "no"
}

// heldBy returns what the key says of the object that begins right before the key at
// b[from]: {"account": {"id": "x", {"auth_token": {"value": "x".
func (s *Scanner) heldBy(b []byte, from int) Hint {
	i := skipBack(b, from, " \n\"'")
	if at(b, i-1) != '{' {
		return NoHint
	}
	to := skipBack(b, i-1, " \"':=")
	from = keyStart(b, to)
	if from == to || to == i-1 {
		return NoHint
	}
	return s.keys.classify(b[from:to])
}
