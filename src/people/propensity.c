#include "people/propensity.h"
#include "base/hash.h"
#include <math.h>
#include <stdlib.h>

#define ITERATIONS_MAX 50
#define RIDGE 1.0                      // of each weight, not of the intercept
#define SIZE (PROPENSITY_FEATURES_MAX + 1)

bool propensity_held(uint32_t person)
{
    uint32_t x = person * UINT32_C(2654435761);        // Knuth's multiplicative hash: neighbours fall apart
    return (x >> 16) % 5 == 0;
}

static double logistic(double z) { return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z)); }

double propensity_score(const propensity_model *m, const bool *has, double *parts)
{
    double z = m->intercept;
    for (uint32_t i = 0; i < m->n; i++) {
        z += has[i] ? m->v[i].weight : 0;
        if (parts)
            parts[i] = m->v[i].weight * ((has[i] ? 1 : 0) - m->v[i].mean);
    }
    return logistic(z);
}

// --- Which values -----------------------------------------------------------------------------------------------------------------
typedef struct told { uint32_t value; int64_t people, became; double z; } told;

// How far apart those who have it and those who have not are, in standard errors: the test of two proportions, with half a case added
// to each side, so that none is certain.
static double apart(const told *t, int64_t all, int64_t became)
{
    double a = (double)t->became + 0.5, n = (double)t->people + 1, b = (double)(became - t->became) + 0.5, m = (double)(all - t->people) + 1;
    double p = a / n, q = b / m, both = (a + b) / (n + m);
    return fabs(p - q) / sqrt(both * (1 - both) * (1 / n + 1 / m));
}

static int most_first(const void *x, const void *y)
{
    const told *p = x, *q = y;
    if (p->z != q->z)
        return p->z > q->z ? -1 : 1;
    return p->value < q->value ? -1 : p->value > q->value;
}

static void choose(const propensity_case *v, size_t n, uint32_t values, arena *a, propensity_model *m)
{
    told *t = arena_array(a, told, values + 1);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < values; i++)
        t[i] = (told){ .value = i };
    for (size_t i = 0; i < n; i++)
        for (uint32_t k = 0; !propensity_held(v[i].person) && k < v[i].n; k++) {
            t[v[i].has[k]].people++;
            t[v[i].has[k]].became += v[i].became;
        }
    for (uint32_t i = 0; i < values; i++) {
        if (t[i].people < PROPENSITY_VALUE_MIN || m->learned - t[i].people < PROPENSITY_VALUE_MIN)
            continue;
        t[i].z = apart(&t[i], m->learned, m->became);
        t[kept++] = t[i];
    }
    if (kept)
        qsort(t, kept, sizeof *t, most_first);
    m->n = kept < PROPENSITY_FEATURES_MAX ? kept : PROPENSITY_FEATURES_MAX;
    for (uint32_t i = 0; i < m->n; i++)
        m->v[i] = (propensity_feature){ .value = t[i].value, .people = t[i].people, .became = t[i].became,
                                        .mean = (double)t[i].people / (double)m->learned };
}

// --- Fitting ------------------------------------------------------------------------------------------------------------------------
// Per case the places of its features, 0 the intercept.
typedef struct sparse { uint8_t at[SIZE]; uint8_t n; } sparse;

static sparse places_of(const propensity_case *c, const uint8_t *place)
{
    sparse s = { .at = { 0 }, .n = 1 };
    for (uint32_t k = 0; k < c->n; k++)
        if (place[c->has[k]] && s.n < SIZE)
            s.at[s.n++] = place[c->has[k]];
    return s;
}

// Solves A x = b for a symmetric positive definite A, in place (Cholesky).
static void solve(double A[SIZE][SIZE], double *b, uint32_t n)
{
    for (uint32_t j = 0; j < n; j++) {
        for (uint32_t k = 0; k < j; k++)
            A[j][j] -= A[j][k] * A[j][k];
        A[j][j] = sqrt(A[j][j] > 1e-12 ? A[j][j] : 1e-12);
        for (uint32_t i = j + 1; i < n; i++) {
            for (uint32_t k = 0; k < j; k++)
                A[i][j] -= A[i][k] * A[j][k];
            A[i][j] /= A[j][j];
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < i; k++)
            b[i] -= A[i][k] * b[k];
        b[i] /= A[i][i];
    }
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t k = i + 1; k < n; k++)
            b[i] -= A[k][i] * b[k];
        b[i] /= A[i][i];
    }
}

// One step of Newton's method (iteratively reweighted least squares). Returns how far it moved.
static double step(const sparse *x, const bool *became, size_t n, double *w, uint32_t size)
{
    double A[SIZE][SIZE] = { 0 }, g[SIZE] = { 0 }, far = 0;
    for (size_t i = 0; i < n; i++) {
        double z = 0;
        for (int k = 0; k < x[i].n; k++)
            z += w[x[i].at[k]];
        double p = logistic(z), r = (became[i] ? 1 : 0) - p, h = p * (1 - p);
        for (int k = 0; k < x[i].n; k++) {
            g[x[i].at[k]] += r;
            for (int j = 0; j < x[i].n; j++)
                A[x[i].at[k]][x[i].at[j]] += h;
        }
    }
    for (uint32_t k = 1; k < size; k++) {
        A[k][k] += RIDGE;
        g[k] -= RIDGE * w[k];
    }
    solve(A, g, size);
    for (uint32_t k = 0; k < size; k++) {
        w[k] += g[k] > 4 ? 4 : g[k] < -4 ? -4 : g[k];
        far = fabs(g[k]) > far ? fabs(g[k]) : far;
    }
    return far;
}

static void fit(const propensity_case *v, size_t n, const uint8_t *place, arena *a, propensity_model *m)
{
    sparse *x = arena_array(a, sparse, n + 1);
    bool *became = arena_array(a, bool, n + 1);
    double w[SIZE] = { 0 };
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (!propensity_held(v[i].person)) {
            x[k] = places_of(&v[i], place);
            became[k++] = v[i].became;
        }
    for (int i = 0; i < ITERATIONS_MAX && step(x, became, k, w, m->n + 1) > 1e-8; i++)
        ;
    m->intercept = w[0];
    for (uint32_t i = 0; i < m->n; i++)
        m->v[i].weight = w[i + 1];
}

// --- On those it has not seen -----------------------------------------------------------------------------------------------------------
typedef struct said { double p; bool became; } said;

static int lowest_first(const void *x, const void *y)
{
    const said *p = x, *q = y;
    return p->p < q->p ? -1 : p->p > q->p;
}

// Mann and Whitney's U over ties counted half, as a share.
static double auc_of(const said *v, size_t n, int64_t became)
{
    double ranks = 0;
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end < n && v[end].p == v[i].p)
            end++;
        for (size_t k = i; k < end; k++)
            ranks += v[k].became ? ((double)(i + 1) + (double)end) / 2 : 0;
        i = end;
    }
    double b = (double)became, rest = (double)n - b;
    return b > 0 && rest > 0 ? (ranks - b * (b + 1) / 2) / (b * rest) : 0.5;
}

static void judge(const propensity_case *v, size_t n, const uint8_t *place, arena *a, propensity_model *m)
{
    said *s = arena_array(a, said, n + 1);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        if (!propensity_held(v[i].person))
            continue;
        sparse x = places_of(&v[i], place);
        bool has[PROPENSITY_FEATURES_MAX] = { 0 };
        for (int j = 1; j < x.n; j++)
            has[x.at[j] - 1] = true;
        s[k++] = (said){ propensity_score(m, has, NULL), v[i].became };
        m->held_became += v[i].became;
    }
    m->held_out = (int64_t)k;
    if (k)
        qsort(s, k, sizeof *s, lowest_first);
    m->auc = auc_of(s, k, m->held_became);
    m->bins_n = k >= 200 ? PROPENSITY_BINS : k >= 40 ? 5 : 0;
    for (uint32_t b = 0; b < m->bins_n; b++) {
        propensity_bin *bin = &m->bins[b];
        for (size_t i = k * b / m->bins_n; i < k * (b + 1) / m->bins_n; i++) {
            bin->predicted += s[i].p;
            bin->people++;
            bin->became += s[i].became;
        }
        bin->predicted /= bin->people ? (double)bin->people : 1;
    }
}

bool propensity_fit(const propensity_case *v, size_t n, uint32_t values, arena *a, propensity_model *ret)
{
    propensity_model m = { 0 };
    for (size_t i = 0; i < n; i++) {
        bool learn = !propensity_held(v[i].person);
        m.learned += learn;
        m.became += learn && v[i].became;
    }
    if (n < PROPENSITY_LEADS_MIN || m.became < PROPENSITY_EACH_MIN || m.learned - m.became < PROPENSITY_EACH_MIN)
        return false;
    choose(v, n, values, a, &m);
    uint8_t *place = arena_array(a, uint8_t, values + 1);
    memset(place, 0, values + 1);
    for (uint32_t i = 0; i < m.n; i++)
        place[m.v[i].value] = (uint8_t)(i + 1);
    fit(v, n, place, a, &m);
    judge(v, n, place, a, &m);
    *ret = m;
    return true;
}
