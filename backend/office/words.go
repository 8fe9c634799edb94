package office

// words are what pages say, by language and name. A name such as state_settled
// is the word of a family for something; pages say it by Tell.
var words = map[string]map[string]string{"id": indonesian, "en": english}
