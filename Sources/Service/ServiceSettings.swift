// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import HTTPServer
package import SQLite

/// How a service runs.
package struct ServiceSettings: Sendable {
    package var databasePath: String
    package var server = ServerConfiguration()
    /// The zone in which dates begin and business days are counted.
    package var zone = CivilTimeZone.shanghai
    package var migrates = true
    /// How the room on the database's volume is watched, if it is.
    package var space: SpaceWatch.Settings?
    package var opensMetrics = false
    /// Nil for no limits.
    package var rateLimits: RateLimits?
    /// The origins whose pages may read answers, as browsers send them: `https://crm.example.com`.
    package var allowedOrigins: [String] = []
    /// The proxies that are believed about where requests come from.
    package var trustedProxies: [IPRange] = []
    /// The most bytes of a body that is no import.
    package var bodyLimit = 1 << 20
    /// How deep a JSON body may be nested.
    package var depthLimit = 64
    /// The most bytes of an import.
    package var importLimit = 4 << 30
    /// After how many seconds jobs look for work, where nobody wakes them.
    package var jobPause = 2
    /// How long a stop waits for what runs.
    package var drainTime = Duration.seconds(30)

    /// Nil for none but those that commands make.
    package var backups: BackupSettings?

    package init(databasePath: String) {
        self.databasePath = databasePath
    }
}
