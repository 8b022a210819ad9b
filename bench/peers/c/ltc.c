// The synaptic LTC by hand: a training step, a forward pass and a stream, as fast as one thread goes. Sizes are constants of the build (peer.mjs).
// Sequences lie in the lanes of a vector, VECTORS vectors are worked on at once, and only synapses that exist are visited.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined __AVX512F__
#include <immintrin.h>
#define LANES 16
#elif defined __AVX__
#define LANES 8
#else
#define LANES 4
#endif
#define VECTORS (BATCH % (4 * LANES) == 0 ? 4 : BATCH % (2 * LANES) == 0 ? 2 : 1)

enum { BLOCK = LANES * VECTORS, BLOCKS = BATCH / BLOCK, SUBSTEPS = STEPS * UNFOLDS, PADDED = (UNITS + LANES - 1) / LANES };
_Static_assert(BATCH % BLOCK == 0, "the batch is a multiple of the lanes");
typedef float lanes __attribute__((vector_size(4 * LANES)));
typedef int whole __attribute__((vector_size(4 * LANES)));
static const float LOG2E = 1.44269504f, LN2 = 0.69314718f;

// 1 / (1 + 2^t), to about 2e-7: callers fold -log2(e) into their parameters.
static inline lanes gate(lanes t) {
  const lanes c5 = (lanes){} + 1.3333558e-3f, c4 = (lanes){} + 9.6181291e-3f, c3 = (lanes){} + 5.5504109e-2f;
  const lanes c2 = (lanes){} + 2.4022651e-1f, c1 = (lanes){} + 6.9314718e-1f;
#ifdef __AVX512F__
  t = (lanes)_mm512_min_ps((__m512)t, _mm512_set1_ps(100));
  lanes n = (lanes)_mm512_roundscale_ps((__m512)t, 0), f = t - n;
  lanes d = 1 + (lanes)_mm512_scalef_ps((__m512)(((((c5 * f + c4) * f + c3) * f + c2) * f + c1) * f + 1), (__m512)n);
  lanes r = (lanes)_mm512_rcp14_ps((__m512)d);
  return r + r * (1 - d * r);
#else
  const lanes most = (lanes){} + 100;
  whole high = t > most, low = t < -most;
  t = (lanes)(((whole)t & ~(high | low)) | ((whole)most & high) | ((whole)-most & low));
  whole n = __builtin_convertvector(t + 200.5f, whole) - 200;
  lanes f = t - __builtin_convertvector(n, lanes);
  return 1 / (1 + (((((c5 * f + c4) * f + c3) * f + c2) * f + c1) * f + 1) * (lanes)((n + 127) << 23));
#endif
}

// Parameters as ncps has them, one after another; the gradient and Adam's moments have the same layout.
typedef struct {
  float gleak[UNITS], vleak[UNITS], cm[UNITS], input_w[INPUTS], input_b[INPUTS], output_w[MOTOR], output_b[MOTOR];
  struct dense { float w[UNITS * UNITS], sigma[UNITS * UNITS], mu[UNITS * UNITS], erev[UNITS * UNITS]; } inner;
  struct sensory { float w[INPUTS * UNITS], sigma[INPUTS * UNITS], mu[INPUTS * UNITS], erev[INPUTS * UNITS]; } sensory;
} parameters;
enum { COUNT = sizeof(parameters) / sizeof(float) };
static parameters theta, gradient, first, second;

// The synapses onto each unit: t = a v + b, and what an activation adds to the denominator and the numerator.
typedef struct { float a, b, w, we; } synapse;
typedef struct { lanes z, zv, num, den; } slope;
typedef struct {
  int sources, begin[UNITS + 1], from[UNITS * UNITS];
  synapse is[UNITS * UNITS];
  slope to[UNITS * UNITS];
  float mask[UNITS * UNITS], *w, *sigma, *mu, *erev, *gw, *gsigma, *gmu, *gerev;
} synapses;
_Static_assert(INPUTS <= UNITS, "the inputs' synapses fit the same arrays");
static synapses inner, sensory;

typedef lanes vectors[VECTORS];
static vectors x[BLOCKS][STEPS][INPUTS], target[BLOCKS][STEPS][MOTOR];
static vectors v[SUBSTEPS + 1][UNITS], inverse[SUBSTEPS][UNITS], u[STEPS][INPUTS], cotangent[STEPS][MOTOR];
static float cm_t[UNITS], gleak[UNITS], first_outputs[8];

static float softplus(float z) { return log1pf(expf(-fabsf(z))) + (z > 0 ? z : 0); }
static float sigmoid(float z) { return 1 / (1 + expf(-z)); }
static float sum(lanes z) { float s = 0; for (int k = 0; k < LANES; k++) s += z[k]; return s; }

static void prepare(synapses *s) {
  int e = 0;
  for (int j = 0; j < UNITS; j++) {
    s->begin[j] = e;
    for (int i = 0; i < s->sources; i++) {
      int k = i * UNITS + j;
      if (s->mask[k] == 0) continue;
      float w = softplus(s->w[k]), a = -LOG2E * s->sigma[k];
      s->is[e] = (synapse){a, -a * s->mu[k], w, w * s->erev[k]};
      s->from[e++] = i;
    }
  }
  s->begin[UNITS] = e;
}

static inline void activate(const synapses *s, vectors v[], vectors num[], vectors den[]) {
  for (int j = 0; j < UNITS; j++) {
    vectors n, d;
    for (int k = 0; k < VECTORS; k++) n[k] = num[j][k], d[k] = den[j][k];
    for (int e = s->begin[j]; e < s->begin[j + 1]; e++) {
      synapse p = s->is[e];
      for (int k = 0; k < VECTORS; k++) {
        lanes g = gate(p.a * v[s->from[e]][k] + p.b);
        n[k] += p.we * g, d[k] += p.w * g;
      }
    }
    for (int k = 0; k < VECTORS; k++) num[j][k] = n[k], den[j][k] = d[k];
  }
}

// The reverse of `activate`: the activations are computed again, which is faster than reading them from memory.
static inline void reverse(synapses *s, vectors v[], vectors num[], vectors den[], vectors to[]) {
  for (int j = 0; j < UNITS; j++)
    for (int e = s->begin[j]; e < s->begin[j + 1]; e++) {
      synapse p = s->is[e];
      int i = s->from[e];
      slope *g = &s->to[e];
      lanes z0 = g->z, zv = g->zv, n = g->num, d = g->den;
      for (int k = 0; k < VECTORS; k++) {
        lanes f = gate(p.a * v[i][k] + p.b), z = (p.we * num[j][k] + p.w * den[j][k]) * (f - f * f);
        to[i][k] += p.a * z;
        z0 += z, zv += z * v[i][k], n += f * num[j][k], d += f * den[j][k];
      }
      g->z = z0, g->zv = zv, g->num = n, g->den = d;
    }
}

static void collect(synapses *s) {
  for (int j = 0; j < UNITS; j++)
    for (int e = s->begin[j]; e < s->begin[j + 1]; e++) {
      int k = s->from[e] * UNITS + j;
      float z = sum(s->to[e].z), num = sum(s->to[e].num);
      s->gsigma[k] = sum(s->to[e].zv) - s->mu[k] * z, s->gmu[k] = -s->sigma[k] * z;
      s->gerev[k] = s->is[e].w * num, s->gw[k] = (sum(s->to[e].den) + s->erev[k] * num) * sigmoid(s->w[k]);
    }
}

// The forward pass of a block; without `keep` two states take turns. Returns the sum of squared errors.
static float forward(int block, int keep) {
  lanes error = {};
  memset(v[0], 0, sizeof v[0]);
  for (int t = 0, n = 0; t < STEPS; t++) {
    vectors up[UNITS], down[UNITS], num[UNITS];
    for (int i = 0; i < INPUTS; i++)
      for (int k = 0; k < VECTORS; k++) u[t][i][k] = x[block][t][i][k] * theta.input_w[i] + theta.input_b[i];
    for (int j = 0; j < UNITS; j++)
      for (int k = 0; k < VECTORS; k++)
        up[j][k] = (lanes){} + gleak[j] * theta.vleak[j], down[j][k] = (lanes){} + cm_t[j] + gleak[j] + 1e-8f;
    activate(&sensory, u[t], up, down);
    for (int m = 0; m < UNFOLDS; m++, n++) {
      vectors *old = v[keep ? n : n & 1], *new = v[keep ? n + 1 : (n + 1) & 1], *den = inverse[keep ? n : 0];
      memcpy(den, down, sizeof down);
      for (int j = 0; j < UNITS; j++)
        for (int k = 0; k < VECTORS; k++) num[j][k] = up[j][k] + cm_t[j] * old[j][k];
      activate(&inner, old, num, den);
      for (int j = 0; j < UNITS; j++)
        for (int k = 0; k < VECTORS; k++) den[j][k] = 1 / den[j][k], new[j][k] = num[j][k] * den[j][k];
    }
    for (int j = 0; j < MOTOR; j++)
      for (int k = 0; k < VECTORS; k++) {
        lanes y = v[keep ? n : n & 1][j][k] * theta.output_w[j] + theta.output_b[j], off = y - target[block][t][j][k];
        cotangent[t][j][k] = off * (2.0f / ((float)BATCH * STEPS * MOTOR)), error += off * off;
        if (block == 0 && k == 0 && t * MOTOR + j < 8) first_outputs[t * MOTOR + j] = y[0];
      }
  }
  return sum(error);
}

static lanes of_cm[UNITS], of_up[UNITS], of_down[UNITS], of_input_w[INPUTS], of_input_b[INPUTS], of_output_w[MOTOR], of_output_b[MOTOR];

static void backward(int block) {
  vectors dv[UNITS] = {};
  for (int t = STEPS - 1, n = SUBSTEPS - 1; t >= 0; t--) {
    vectors up[UNITS] = {}, down[UNITS] = {}, du[INPUTS] = {};
    for (int j = 0; j < MOTOR; j++)
      for (int k = 0; k < VECTORS; k++) {
        lanes g = cotangent[t][j][k];
        dv[j][k] += g * theta.output_w[j], of_output_w[j] += g * v[n + 1][j][k], of_output_b[j] += g;
      }
    for (int m = 0; m < UNFOLDS; m++, n--) {
      vectors num[UNITS], den[UNITS], from[UNITS] = {};
      for (int j = 0; j < UNITS; j++)
        for (int k = 0; k < VECTORS; k++) {
          num[j][k] = dv[j][k] * inverse[n][j][k], den[j][k] = -num[j][k] * v[n + 1][j][k];
          up[j][k] += num[j][k], down[j][k] += den[j][k], of_cm[j] += num[j][k] * v[n][j][k] + den[j][k];
        }
      reverse(&inner, v[n], num, den, from);
      for (int j = 0; j < UNITS; j++)
        for (int k = 0; k < VECTORS; k++) dv[j][k] = cm_t[j] * num[j][k] - LN2 * from[j][k];
    }
    reverse(&sensory, u[t], up, down, du);
    for (int j = 0; j < UNITS; j++)
      for (int k = 0; k < VECTORS; k++) of_up[j] += up[j][k], of_down[j] += down[j][k];
    for (int i = 0; i < INPUTS; i++)
      for (int k = 0; k < VECTORS; k++) of_input_w[i] -= LN2 * du[i][k] * x[block][t][i][k], of_input_b[i] -= LN2 * du[i][k];
  }
}

static void read_parameters(void) {
  for (int j = 0; j < UNITS; j++) cm_t[j] = softplus(theta.cm[j]) * UNFOLDS, gleak[j] = softplus(theta.gleak[j]);
  prepare(&inner), prepare(&sensory);
}

// Loss and gradient of the whole batch.
static float differentiate(void) {
  float loss = 0;
  read_parameters();
  memset(inner.to, 0, inner.begin[UNITS] * sizeof(slope)), memset(sensory.to, 0, sensory.begin[UNITS] * sizeof(slope));
  memset(of_cm, 0, sizeof of_cm), memset(of_up, 0, sizeof of_up), memset(of_down, 0, sizeof of_down);
  memset(of_input_w, 0, sizeof of_input_w), memset(of_input_b, 0, sizeof of_input_b);
  memset(of_output_w, 0, sizeof of_output_w), memset(of_output_b, 0, sizeof of_output_b);
  for (int block = 0; block < BLOCKS; block++) loss += forward(block, 1), backward(block);
  collect(&inner), collect(&sensory);
  for (int j = 0; j < UNITS; j++) {
    float up = sum(of_up[j]);
    gradient.cm[j] = sum(of_cm[j]) * UNFOLDS * sigmoid(theta.cm[j]);
    gradient.gleak[j] = (up * theta.vleak[j] + sum(of_down[j])) * sigmoid(theta.gleak[j]), gradient.vleak[j] = up * gleak[j];
  }
  for (int i = 0; i < INPUTS; i++) gradient.input_w[i] = sum(of_input_w[i]), gradient.input_b[i] = sum(of_input_b[i]);
  for (int j = 0; j < MOTOR; j++) gradient.output_w[j] = sum(of_output_w[j]), gradient.output_b[j] = sum(of_output_b[j]);
  return loss / ((float)BATCH * STEPS * MOTOR);
}

static void step(void) {
  static double count = 0;
  differentiate();
  count++;
  float rate = 0.001 / (1 - pow(0.9, count)), scale = 1 / sqrt(1 - pow(0.999, count));
  float *p = (float *)&theta, *g = (float *)&gradient, *m = (float *)&first, *s = (float *)&second;
  for (int k = 0; k < COUNT; k++) {
    m[k] += 0.1f * (g[k] - m[k]), s[k] += 0.001f * (g[k] * g[k] - s[k]);
    p[k] -= rate * m[k] / (sqrtf(s[k]) * scale + 1e-8f);
  }
}

static void run(void) {
  read_parameters();
  for (int block = 0; block < BLOCKS; block++) forward(block, 0);
}

// A stream has the units in the lanes, and the parameters of a source side by side.
static struct { lanes a, b, w, we; } across[INPUTS + UNITS][PADDED];
static lanes now[PADDED], around[3][PADDED];
static float sample[STEPS][INPUTS];

static void spread(void) {
  read_parameters();
  memset(across, 0, sizeof across);
  for (int j = 0; j < UNITS; j++) {
    around[0][j / LANES][j % LANES] = cm_t[j], around[1][j / LANES][j % LANES] = gleak[j] * theta.vleak[j];
    around[2][j / LANES][j % LANES] = cm_t[j] + gleak[j] + 1e-8f;
    for (int part = 0; part < 2; part++) {
      const synapses *s = part ? &inner : &sensory;
      for (int e = s->begin[j]; e < s->begin[j + 1]; e++) {
        int i = s->from[e] + part * INPUTS;
        across[i][j / LANES].a[j % LANES] = s->is[e].a, across[i][j / LANES].b[j % LANES] = s->is[e].b;
        across[i][j / LANES].w[j % LANES] = s->is[e].w, across[i][j / LANES].we[j % LANES] = s->is[e].we;
      }
    }
  }
  for (int j = 0; j < PADDED; j++)
    for (int k = 0; k < LANES; k++) if (j * LANES + k >= UNITS) around[2][j][k] = 1;
}

static inline void across_from(int begin, int end, const float *from, lanes num[], lanes den[]) {
  for (int i = begin; i < end; i++)
    for (int j = 0; j < PADDED; j++) {
      lanes g = gate(across[i][j].a * from[i - begin] + across[i][j].b);
      num[j] += across[i][j].we * g, den[j] += across[i][j].w * g;
    }
}

static void stream(void) {
  static int t = 0;
  lanes up[PADDED], down[PADDED];
  float mapped[INPUTS], state[PADDED * LANES];
  for (int i = 0; i < INPUTS; i++) mapped[i] = sample[t][i] * theta.input_w[i] + theta.input_b[i];
  for (int j = 0; j < PADDED; j++) up[j] = around[1][j], down[j] = around[2][j];
  across_from(0, INPUTS, mapped, up, down);
  for (int m = 0; m < UNFOLDS; m++) {
    lanes num[PADDED], den[PADDED];
    for (int j = 0; j < PADDED; j++) num[j] = up[j] + around[0][j] * now[j], den[j] = down[j];
    memcpy(state, now, sizeof now);
    across_from(INPUTS, INPUTS + UNITS, state, num, den);
    for (int j = 0; j < PADDED; j++) now[j] = num[j] / den[j];
  }
  t = (t + 1) % STEPS;
}

static void load(const char *folder, const char *name, float *to, int count) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.f32", folder, name);
  FILE *file = fopen(path, "rb");
  if (!file || fread(to, sizeof(float), count, file) != (size_t)count) fprintf(stderr, "cannot read %s\n", path), exit(1);
  fclose(file);
}

// Sequences from (batch, steps, features) into lanes.
static void interleave(const char *folder, const char *name, int features, vectors *to, float *of_first) {
  float *all = malloc(sizeof(float) * BATCH * STEPS * features);
  load(folder, name, all, BATCH * STEPS * features);
  for (int b = 0; b < BATCH; b++)
    for (int k = 0; k < STEPS * features; k++)
      to[b / BLOCK * STEPS * features + k][b % BLOCK / LANES][b % LANES] = all[b * STEPS * features + k];
  if (of_first) memcpy(of_first, all, sizeof(float) * STEPS * features);
  free(all);
}

#define LOAD(prefix, field) load(folder, "rnn_cell." #prefix #field, (float *)&theta.field, sizeof theta.field / sizeof(float))
#define SYNAPSES(which, prefix, part, rows) \
  load(folder, "rnn_cell." prefix "w", theta.part.w, rows * UNITS), load(folder, "rnn_cell." prefix "sigma", theta.part.sigma, rows * UNITS), \
  load(folder, "rnn_cell." prefix "mu", theta.part.mu, rows * UNITS), load(folder, "rnn_cell." prefix "erev", theta.part.erev, rows * UNITS), \
  load(folder, "rnn_cell." prefix "sparsity_mask", which.mask, rows * UNITS), which.sources = rows, \
  which.w = theta.part.w, which.sigma = theta.part.sigma, which.mu = theta.part.mu, which.erev = theta.part.erev, \
  which.gw = gradient.part.w, which.gsigma = gradient.part.sigma, which.gmu = gradient.part.mu, which.gerev = gradient.part.erev

static double milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
  const char *folder = argv[argc - 1];
  LOAD(, gleak), LOAD(, vleak), LOAD(, cm), LOAD(, input_w), LOAD(, input_b), LOAD(, output_w), LOAD(, output_b);
  SYNAPSES(inner, "", inner, UNITS);
  SYNAPSES(sensory, "sensory_", sensory, INPUTS);
  interleave(folder, "x", INPUTS, x[0][0], sample[0]);
  interleave(folder, "target", MOTOR, target[0][0], NULL);
  float loss = differentiate();
  double norm = 0;
  for (int k = 0; k < COUNT; k++) norm += (double)((float *)&gradient)[k] * ((float *)&gradient)[k];
  printf("{\"peer\":\"c\",\"versions\":{\"cc\":\"%s\"},\"ready\":true,\"loss\":%.9g,\"gradNorm\":%.9g,\"outputs\":[", __VERSION__, loss, sqrt(norm));
  for (int k = 0; k < 8; k++) printf(k ? ",%.9g" : "%.9g", first_outputs[k]);
  printf("]}\n");
  char command[16];
  int count;
  while (fflush(stdout), scanf("%15s", command) == 1 && strcmp(command, "quit") && scanf("%d", &count) == 1) {
    void (*turn)(void) = !strcmp(command, "step") ? step : !strcmp(command, "forward") ? run : stream;
    if (turn == stream) spread();
    turn();
    for (int k = 0; k < count; k++) {
      double began = milliseconds();
      turn();
      printf(k ? ",%.6f" : "{\"ms\":[%.6f", milliseconds() - began);
    }
    printf("]}\n");
  }
}
