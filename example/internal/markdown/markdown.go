// Package markdown takes the pages of the documentation apart, so that tests can hold them true.
package markdown

import (
	"regexp"
	"strings"
)

// Blocks returns the code blocks of a language, such as "go", in their order.
func Blocks(text, language string) []string {
	var blocks []string
	var block []string
	inside, wanted := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		marker, fence := strings.CutPrefix(strings.TrimLeft(line, " "), "```")
		switch {
		case fence && !inside:
			inside, wanted, block = true, marker == language, nil
		case fence:
			if wanted {
				blocks = append(blocks, strings.Join(block, "\n"))
			}
			inside = false
		default:
			block = append(block, line)
		}
	}
	return blocks
}

// prose returns a page without its code blocks.
func prose(text string) string {
	var lines []string
	inside := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimLeft(line, " "), "```") {
			inside = !inside
			continue
		}
		if !inside {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// Rows returns the cells of all tables, row by row, without the rows of dashes.
func Rows(text string) [][]string {
	var rows [][]string
	for line := range strings.Lines(prose(text)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.Trim(line, "|-: ") == "" {
			continue
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		rows = append(rows, cells)
	}
	return rows
}

var (
	span    = regexp.MustCompile("`([^`\n]+)`")
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	odd     = regexp.MustCompile(`[^\pL\pN _-]`)
)

// Spans returns the inline code of a page.
func Spans(text string) []string { return submatches(span, prose(text)) }

// Links returns the targets of the links of a page.
func Links(text string) []string { return submatches(link, prose(text)) }

// Anchors returns what links can name behind a "#": the headings, as GitHub spells them.
func Anchors(text string) []string {
	anchors := submatches(heading, prose(text))
	for i, a := range anchors {
		anchors[i] = strings.ReplaceAll(strings.ToLower(odd.ReplaceAllString(a, "")), " ", "-")
	}
	return anchors
}

func submatches(re *regexp.Regexp, text string) []string {
	var all []string
	for _, m := range re.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}
