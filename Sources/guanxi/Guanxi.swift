// SPDX-License-Identifier: Apache-2.0
import API
import ArgumentParser

/// The program: the service and what is done beside it.
@main
struct Guanxi: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guanxi",
        abstract: "A customer-relationship service (关系): one binary, one SQLite file.",
        discussion: """
            What configures the service has a variable too: --log-level is GUANXI_LOG_LEVEL, and \
            so on; an option goes before its variable.

            Exit codes: 0 done, 64 wrong usage, 65 bad data, 69 database in use by a service that \
            cannot be asked, 70 internal fault, 73 database in use or not to be opened, 74 the disk \
            is full, 75 the service that has the database, or the folder of backups, is busy: try \
            again.
            """,
        version: API.version,
        subcommands: [
            ServeCommand.self, DemoCommand.self, MigrateCommand.self, ImportCommand.self,
            ExportCommand.self, TokenCommand.self, TiersCommand.self, BackupCommand.self,
            RestoreCommand.self, CheckCommand.self, OpenAPICommand.self,
        ]
    )

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            Console.complain(failure.message)
            exit(withError: ExitCode(failure.code))
        } catch {
            guard let failure = Failure(describing: error) else { exit(withError: error) }
            Console.complain(failure.message)
            exit(withError: ExitCode(failure.code))
        }
    }
}
