package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// planter goes through one file and makes mistakes possible in it.
type planter struct {
	*source
	fset  *token.FileSet
	info  *types.Info
	path  string
	text  []byte
	in    string
	seen  map[string]int
	depth int
	edits []edit
}

// What a comparison or an operator is mistaken for.
var (
	opposite = map[token.Token]token.Token{
		token.EQL: token.NEQ, token.NEQ: token.EQL, token.LSS: token.GEQ, token.GEQ: token.LSS,
		token.GTR: token.LEQ, token.LEQ: token.GTR, token.LAND: token.LOR, token.LOR: token.LAND,
	}
	neighbour = map[token.Token]token.Token{
		token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	}
	arithmetic = map[token.Token]token.Token{
		token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.MUL,
		token.AND: token.OR, token.OR: token.AND, token.SHL: token.SHR, token.SHR: token.SHL,
	}
)

func (p *planter) plant(f *ast.File) {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			p.in = fn.Name.Name
			if fn.Recv != nil {
				p.in = strings.TrimLeft(p.src(fn.Recv.List[0].Type), "*") + "." + p.in
			}
			ast.Inspect(fn.Body, p.visit)
		}
	}
}

func (p *planter) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BlockStmt:
		p.remove(n.List)
	case *ast.CaseClause:
		p.remove(n.Body)
	case *ast.CommClause:
		p.remove(n.Body)
	case *ast.SwitchStmt:
		if n.Tag == nil {
			for _, c := range n.Body.List {
				for _, e := range c.(*ast.CaseClause).List {
					p.condition(e)
				}
			}
		}
	case *ast.IfStmt:
		p.condition(n.Cond)
	case *ast.ForStmt:
		if n.Cond != nil {
			p.condition(n.Cond)
		}
	case *ast.BinaryExpr:
		p.binary(n)
	}
	return true
}

// condition negates what is no operation itself; those are negated as such.
func (p *planter) condition(e ast.Expr) {
	if b, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && opposite[b.Op] != 0 {
		return
	}
	p.choose(e, "negated", "!("+p.src(e)+")", true)
}

func (p *planter) binary(e *ast.BinaryExpr) {
	if p.info.Types[e].Value != nil {
		return // a constant: the compiler, not a test, would see it
	}
	l, r := p.src(e.X), p.src(e.Y)
	with := func(op token.Token) string { return "(" + l + ") " + op.String() + " (" + r + ")" }
	if op, ok := neighbour[e.Op]; ok {
		p.choose(e, "boundary", with(op), false)
	}
	switch op := opposite[e.Op]; {
	case e.Op == token.LAND || e.Op == token.LOR:
		p.choose(e, "negated", "!("+p.src(e)+")", true)
		p.choose(e, op.String(), with(op), false)
		p.condition(e.X)
		p.condition(e.Y)
	case op != 0:
		p.choose(e, "negated", with(op), true)
	}
	if op, ok := arithmetic[e.Op]; ok && whole(p.info.TypeOf(e)) {
		p.swap(e, op)
	}
}

// whole reports that a type is of whole numbers.
func whole(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// choose lets a condition be another one. note: its outcomes are noted.
func (p *planter) choose(e ast.Expr, kind, other string, note bool) {
	if b, ok := types.Default(p.info.TypeOf(e)).(*types.Basic); !ok || b.Kind() != types.Bool || p.info.Types[e].Value != nil {
		return
	}
	m := p.add(e, kind)
	if note {
		p.conds[m] = true
	}
	p.around(e, fmt.Sprintf("kasirMutantCond(%d, func() bool { return %s }, func() bool { return ", m, other), " })")
}

// swap lets an operator be another one. Both sides are reckoned either way.
func (p *planter) swap(e *ast.BinaryExpr, op token.Token) {
	if e.Op == token.SHL || e.Op == token.SHR {
		return // the sides may differ in type
	}
	m := p.add(e, "swapped")
	p.around(e, fmt.Sprintf("kasirMutantSum(%d, %q, %q, ", m, e.Op, op), ")")
	p.depth++
	p.edits = append(p.edits, edit{at: p.at(e.OpPos), length: len(e.Op.String()), text: ","})
}

// remove lets statements be left out, those that declare nothing and end
// nothing.
func (p *planter) remove(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ExprStmt:
			if c, ok := s.X.(*ast.CallExpr); ok && p.src(c.Fun) == "panic" {
				continue
			}
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE {
				continue
			}
		case *ast.IncDecStmt, *ast.SendStmt:
		default:
			continue
		}
		m := p.add(s, "removed")
		p.around(s, fmt.Sprintf("if kasirMutantKeep(%d) { ", m), " }")
	}
}

// around puts text before and after a node, outside of what is put around the
// nodes within it.
func (p *planter) around(n ast.Node, before, after string) {
	p.depth++
	p.edits = append(p.edits,
		edit{at: p.at(n.Pos()), rank: p.depth, text: before},
		edit{at: p.at(n.End()), rank: -p.depth, text: after})
}

func (p *planter) add(n ast.Node, kind string) int {
	at := p.fset.Position(n.Pos())
	m := mutant{id: len(p.mutants) + 1, file: base(p.path), line: at.Line, in: p.in, kind: kind,
		text: strings.Join(strings.Fields(p.src(n)), " ")}
	p.seen[m.key()]++
	m.nth = p.seen[m.key()]
	p.mutants = append(p.mutants, m)
	return m.id
}

func (p *planter) at(pos token.Pos) int { return p.fset.Position(pos).Offset }

func (p *planter) src(n ast.Node) string { return string(p.text[p.at(n.Pos()):p.at(n.End())]) }

func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
