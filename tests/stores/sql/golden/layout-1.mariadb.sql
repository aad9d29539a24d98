-- feedbackkit, layout 0 to 1, mariadb
CREATE TABLE IF NOT EXISTS feedbackkit_layout (id integer NOT NULL, version integer NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
CREATE TABLE IF NOT EXISTS feedbackkit_record (
    version bigint NOT NULL, due bigint, retry_at bigint, tries integer DEFAULT 0 NOT NULL,
    name varbinary(2000) NOT NULL, kind varbinary(160) NOT NULL, group_id varbinary(1000) NOT NULL, state varbinary(1000) NOT NULL,
    refs longblob NOT NULL, head longblob NOT NULL, PRIMARY KEY (name), KEY feedbackkit_due (kind, due, name), KEY feedbackkit_dead (tries, name)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
CREATE TABLE IF NOT EXISTS feedbackkit_body (name varbinary(2000) NOT NULL, body longblob NOT NULL, PRIMARY KEY (name)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
CREATE TABLE IF NOT EXISTS feedbackkit_ref (
    ref varbinary(1000) NOT NULL, name varbinary(2000) NOT NULL, PRIMARY KEY (ref, name)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
CREATE TABLE IF NOT EXISTS feedbackkit_change (id varbinary(2400) NOT NULL, at bigint NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
CREATE TABLE IF NOT EXISTS feedbackkit_history (
    seq bigint NOT NULL, at bigint NOT NULL, record_key varbinary(2000) NOT NULL, actor varbinary(1000) NOT NULL,
    event varbinary(1000) NOT NULL, change_id varbinary(2400) NOT NULL, salt longblob NOT NULL, commitment longblob NOT NULL,
    previous longblob NOT NULL, payload longblob NOT NULL, PRIMARY KEY (record_key, seq)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
CREATE TABLE IF NOT EXISTS feedbackkit_lease (
    ends_at bigint, group_id varbinary(1000) NOT NULL, owner varbinary(1000), PRIMARY KEY (group_id)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
INSERT INTO feedbackkit_layout (id, version) VALUES (1, 1) ON DUPLICATE KEY UPDATE version = 1;
