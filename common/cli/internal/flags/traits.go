package flags

// Traits say which flags a flag excludes and needs, and what else is done with it.
type Traits struct {
	OfFit    bool     // concerns the Fit of the one net: not with Alone
	OfNet    bool     // concerns the one net: not with -study
	Alone    bool     // trains differently than by Fit: not with OfFit, nor on several ranks
	Predicts bool     // goes with -predict
	Unkept   bool     // a checkpoint does not keep it
	Free     bool     // a resumed run may change it
	Once     bool     // not in the command for a further run
	needs    []string // one of these must be given too
	not      []string // these must not be
	hint     string   // after the error of needs or not

	OnPage    bool    // a visitor of the page of -live may change it
	Low, High float64 // of a number on the page
}

// Trait is one of a flag's traits.
type Trait func(*Traits)

// The traits that are on or off.
var (
	OfFit    Trait = func(t *Traits) { t.OfFit, t.OfNet = true, true }
	OfNet    Trait = func(t *Traits) { t.OfNet = true }
	Alone    Trait = func(t *Traits) { t.Alone = true }
	Predicts Trait = func(t *Traits) { t.Predicts = true }
	Unkept   Trait = func(t *Traits) { t.Unkept = true }
	Free     Trait = func(t *Traits) { t.Free = true }
	Once     Trait = func(t *Traits) { t.Once = true }
)

// OnPage is the trait of a number that a visitor of the page of -live may change, from low to high.
func OnPage(low, high float64) Trait {
	return func(t *Traits) { t.OnPage, t.Low, t.High = true, low, high }
}

// Not is the trait of a flag that excludes others.
func Not(names ...string) Trait { return func(t *Traits) { t.not = append(t.not, names...) } }

// Needs is the trait of a flag that needs one of the others.
func Needs(names ...string) Trait { return func(t *Traits) { t.needs = append(t.needs, names...) } }

// Hint is what the errors of Not and Needs end with.
func Hint(text string) Trait { return func(t *Traits) { t.hint = text } }
