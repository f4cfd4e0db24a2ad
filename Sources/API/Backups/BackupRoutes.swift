// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
package import Routing
import SQLite

/// What the operations on backups ask of the service, which makes them in its own time.
package struct BackupDesk: Sendable {
    let start: @Sendable (Instant, _ actor: String) throws -> BackupRecord
    /// What is known of them without a look at the disk, the newest first.
    let all: @Sendable () -> [BackupRecord]

    package init(
        start: @escaping @Sendable (Instant, _ actor: String) throws -> BackupRecord,
        all: @escaping @Sendable () -> [BackupRecord]
    ) {
        self.start = start
        self.all = all
    }
}

/// The operations that make backups and list them.
struct BackupRoutes {
    private let desk: BackupDesk?

    /// `desk` is nil where the service has no folder for backups.
    init(desk: BackupDesk?) {
        self.desk = desk
    }

    var all: [APIRoute] {
        [start, find, list]
    }

    private static let tag = "Backups"

    private var start: APIRoute {
        .background(
            .post,
            "/v1/backups",
            name: "startBackup",
            summary: "Starts a backup into the service's folder",
            tag: Self.tag,
            scope: Scope.backups.rawValue,
            returns: .accepted(BackupRecord.fields) { "/v1/backups/\($0.id.rawValue)" },
            problems: [.backupRunning, .noBackupFolder]
        ) { [desk] _, call, _ in
            { _ in try Self.demand(desk).start(call.instant, call.occasion.actor) }
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/backups/{backup}",
            ID<BackupManifest>.self,
            name: "getBackup",
            summary: "Reads the progress of a backup, and what it holds",
            tag: Self.tag,
            scope: Scope.backups.rawValue,
            takes: .nothing,
            returns: .record(BackupRecord.fields),
            problems: [.noBackupFolder]
        ) { [desk] _, _, _, id in
            guard let found = try Self.demand(desk).all().first(where: { $0.id == id }) else {
                throw Problem(.notFound)
            }
            return found
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/backups",
            name: "listBackups",
            summary: "Lists the backups of this database that lie in the service's folder",
            tag: Self.tag,
            scope: Scope.backups.rawValue,
            Listing(filter: NoFilter.fields, rows: BackupRecord.fields, sorts: ["-id"]),
            problems: [.noBackupFolder]
        ) { [desk] query, _, _ in
            Self.page(query.1, of: try Self.demand(desk).all())
        }
    }

    private static func demand(_ desk: BackupDesk?) throws -> BackupDesk {
        guard let desk else {
            throw Problem(.noBackupFolder, "the service was started without --backup-folder")
        }
        return desk
    }

    /// The page after a key, which is an id.
    private static func page(_ paging: Paging, of all: [BackupRecord]) -> Slice<BackupRecord> {
        var rest = paging.isDescending ? all[...] : all.reversed()[...]
        if let key = paging.after?.first?.integer.map(Int64.init) {
            rest = rest.drop {
                paging.isDescending ? $0.id.rawValue >= key : $0.id.rawValue <= key
            }
        }
        let rows = Array(rest.prefix(paging.limit))
        let last = rows.count < rest.count ? rows.last : nil
        return Slice(
            rows: rows,
            next: last.map { [.number(String($0.id.rawValue))] },
            count: paging.counts ? all.count : nil
        )
    }
}

extension ProblemKind {
    static let backupRunning = ProblemKind(
        "backup-running",
        .conflict,
        "Backup running",
        "A backup is being made; `existing` is its address. Ask again when it has finished."
    )
    static let noBackupFolder = ProblemKind(
        "no-backup-folder",
        .conflict,
        "No backup folder",
        "The service was not told where backups lie: an operator starts it with "
            + "`--backup-folder`."
    )
    /// The kinds that only backups raise.
    static let backups: [ProblemKind] = [backupRunning, noBackupFolder]
}

extension Problem {
    /// Says that one is being made.
    package static func backupRunning(_ running: BackupRecord) -> Problem {
        Problem(
            .backupRunning,
            "the backup \(running.file) is being made",
            extra: [JSON.Member("existing", .string("/v1/backups/\(running.id.rawValue)"))]
        )
    }
}
