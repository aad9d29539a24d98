-- feedbackkit, layout 0 to 1, sqlite
BEGIN;
CREATE TABLE IF NOT EXISTS feedbackkit_layout (id integer NOT NULL, version integer NOT NULL, PRIMARY KEY (id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feedbackkit_record (
    version integer NOT NULL, due integer, retry_at integer, tries integer DEFAULT 0 NOT NULL,
    name text NOT NULL, kind text NOT NULL, group_id text NOT NULL, state text NOT NULL,
    refs text NOT NULL, head blob NOT NULL, PRIMARY KEY (name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feedbackkit_body (name text NOT NULL, body blob NOT NULL, PRIMARY KEY (name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feedbackkit_ref (
    ref text NOT NULL, name text NOT NULL, PRIMARY KEY (ref, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feedbackkit_change (id text NOT NULL, at integer NOT NULL, PRIMARY KEY (id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feedbackkit_history (
    seq integer NOT NULL, at integer NOT NULL, record_key text NOT NULL, actor text NOT NULL,
    event text NOT NULL, change_id text NOT NULL, salt blob NOT NULL, commitment blob NOT NULL,
    previous blob NOT NULL, payload blob NOT NULL, PRIMARY KEY (record_key, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feedbackkit_lease (
    ends_at integer, group_id text NOT NULL, owner text, PRIMARY KEY (group_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS feedbackkit_due ON feedbackkit_record (kind, due, name) WHERE due IS NOT NULL AND tries < 10;
CREATE INDEX IF NOT EXISTS feedbackkit_dead ON feedbackkit_record (tries, name) WHERE tries = 10;
INSERT INTO feedbackkit_layout (id, version) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET version = 1;
COMMIT;
