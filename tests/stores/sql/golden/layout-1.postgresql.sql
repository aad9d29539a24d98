-- feedbackkit, layout 0 to 1, postgresql
BEGIN;
CREATE TABLE IF NOT EXISTS feedbackkit_layout (id integer NOT NULL, version integer NOT NULL, PRIMARY KEY (id));
CREATE TABLE IF NOT EXISTS feedbackkit_record (
    version bigint NOT NULL, due bigint, retry_at bigint, tries integer DEFAULT 0 NOT NULL,
    name text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, group_id text COLLATE "C" NOT NULL, state text COLLATE "C" NOT NULL,
    refs text COLLATE "C" NOT NULL, head bytea NOT NULL, PRIMARY KEY (name)) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE IF NOT EXISTS feedbackkit_body (name text COLLATE "C" NOT NULL, body bytea NOT NULL, PRIMARY KEY (name));
CREATE TABLE IF NOT EXISTS feedbackkit_ref (
    ref text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, PRIMARY KEY (ref, name));
CREATE TABLE IF NOT EXISTS feedbackkit_change (id text COLLATE "C" NOT NULL, at bigint NOT NULL, PRIMARY KEY (id));
CREATE TABLE IF NOT EXISTS feedbackkit_history (
    seq bigint NOT NULL, at bigint NOT NULL, record_key text COLLATE "C" NOT NULL, actor text COLLATE "C" NOT NULL,
    event text COLLATE "C" NOT NULL, change_id text COLLATE "C" NOT NULL, salt bytea NOT NULL, commitment bytea NOT NULL,
    previous bytea NOT NULL, payload bytea NOT NULL, PRIMARY KEY (record_key, seq));
CREATE TABLE IF NOT EXISTS feedbackkit_lease (
    ends_at bigint, group_id text COLLATE "C" NOT NULL, owner text COLLATE "C", PRIMARY KEY (group_id)) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX IF NOT EXISTS feedbackkit_due ON feedbackkit_record (kind, due, name) WHERE due IS NOT NULL AND tries < 10;
CREATE INDEX IF NOT EXISTS feedbackkit_dead ON feedbackkit_record (tries, name) WHERE tries = 10;
INSERT INTO feedbackkit_layout (id, version) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET version = 1;
COMMIT;
