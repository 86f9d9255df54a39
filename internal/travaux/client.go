package travaux

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

const (
	pasCalendrier = 20 * time.Second // between two looks at the schedule
	graceArret    = 10 * time.Second // left to what runs when the server stops, before it is interrupted
	finArret      = 10 * time.Second // left to it afterwards, to notice
	ouvriers      = 2                // long jobs at once in an instance: pages share the machine
)

// Connexions is the number of connections that Demarrer may need at once: two
// a job, and those of the queue itself.
const Connexions = 12

// Client works the queue, in this process.
type Client struct {
	river *river.Client[pgx.Tx]
}

// Demarrer works the queue until Arreter. The pool, of the application role,
// is for jobs alone, so that pages never wait for them. Several instances
// share the work.
func (f *File) Demarrer(ctx context.Context, pool *pgxpool.Pool) (*Client, error) {
	if _, err := f.Reprendre(ctx, pool); err != nil {
		return nil, err
	}
	c, err := f.client(pool, &river.Config{
		SoftStopTimeout: graceArret,
		PeriodicJobs: []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(pasCalendrier),
			func() (river.JobArgs, *river.InsertOpts) {
				return tic{}, &river.InsertOpts{Queue: fileCourts, MaxAttempts: 1}
			}, &river.PeriodicJobOpts{RunOnStart: true})},
	})
	if err != nil {
		return nil, err
	}
	// A signal must not interrupt jobs: Arreter does, in its time.
	return &Client{c}, c.Start(context.WithoutCancel(ctx))
}

func (f *File) client(pool *pgxpool.Pool, c *river.Config) (*river.Client[pgx.Tx], error) {
	c.Workers = river.NewWorkers()
	river.AddWorker(c.Workers, &ouvrier{file: f, pool: pool})
	river.AddWorker(c.Workers, &horloge{file: f, pool: pool})
	c.Queues = map[string]river.QueueConfig{fileLongs: {MaxWorkers: ouvriers}, fileCourts: {MaxWorkers: ouvriers}}
	c.JobTimeout = -1 // no bound: who waits too long cancels
	c.CompletedJobRetentionPeriod = time.Hour
	c.ReindexerSchedule = river.NeverSchedule() // the application owns no index
	c.Logger = journal()
	return river.NewClient(riverpgxv5.New(pool), c)
}

// journal keeps River's own lines out of the log, but for what goes wrong.
func journal() *slog.Logger { return slog.New(niveau{slog.Default().Handler()}) }

type niveau struct{ slog.Handler }

// Enabled drops what isn't at least a warning.
func (n niveau) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }

// Arreter takes no more job, lets those under way finish for a while, then
// interrupts them: they go back to the queue as they were.
func (c *Client) Arreter(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceArret+finArret)
	defer cancel()
	err := c.river.Stop(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		slog.WarnContext(ctx, "un travail ne s’arrête pas : il sera repris au prochain démarrage")
	}
	return err
}

// tic is the beat of the schedule.
type tic struct{}

// Kind names the beats in River's tables.
func (tic) Kind() string { return "calendrier" }

type horloge struct {
	river.WorkerDefaults[tic]
	file *File
	pool *pgxpool.Pool
}

// Timeout lets River take a lost beat back.
func (h *horloge) Timeout(*river.Job[tic]) time.Duration { return time.Minute }

// Work starts what is due, and takes back what an instance left.
func (h *horloge) Work(ctx context.Context, _ *river.Job[tic]) error {
	_, err := h.file.Reprendre(ctx, h.pool)
	return errors.Join(err, h.file.Planifier(ctx, h.pool, time.Now()))
}

const vivantsSQL = `
select exists (select from travaux where etat in ('EN_ATTENTE', 'EN_COURS'))`

// Executer works the queue until nothing is left in it but what waits for
// another try: for tests, and for a command that wants what it asked for. It
// doesn't follow the schedule.
func (f *File) Executer(ctx context.Context, pool *pgxpool.Pool) error {
	c, err := f.client(pool, &river.Config{
		LeaderElectionDisabled: true, FetchCooldown: 5 * time.Millisecond, FetchPollInterval: 50 * time.Millisecond,
	})
	if err != nil {
		return err
	}
	faits, cesser := c.Subscribe(river.EventKindJobCancelled, river.EventKindJobCompleted, river.EventKindJobFailed, river.EventKindJobSnoozed)
	defer cesser()
	if err := c.Start(ctx); err != nil {
		return err
	}
	for reste := true; err == nil; {
		if err = pool.QueryRow(ctx, vivantsSQL).Scan(&reste); err != nil || !reste {
			break
		}
		select {
		case <-faits:
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	fin, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceArret)
	defer cancel()
	if err != nil {
		return errors.Join(err, c.StopAndCancel(fin))
	}
	return c.Stop(fin)
}
