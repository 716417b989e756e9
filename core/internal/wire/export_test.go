package wire

// Len returns the number of members.
func (o *Object) Len() int { return len(o.members) }

// Text returns the text of a member as it was decoded, without any field's rules.
func (o *Object) Text(name string) string {
	v := find(o.members, name)
	if v == nil {
		return ""
	}
	text, _ := v.asText()
	return text
}

// Names returns the names of all members in their order.
func (o *Object) Names() []string {
	var names []string
	for _, v := range o.members {
		names = append(names, v.name)
	}
	return names
}
