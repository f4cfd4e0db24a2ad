// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HTTP
import HTTPServer
import Service

/// Where a service listens and whom it serves.
struct ServerOptions: ParsableArguments {
    @Option(help: "The address to listen on.")
    var host: String = Environment.value("HOST", default: "127.0.0.1")

    @Option(help: "The port to listen on; 0 picks a free one.")
    var port: Int = Environment.value("PORT", default: 8080)

    @Option(help: "The threads that serve connections; 0 for one per core.")
    var reactors: Int = Environment.value("REACTORS", default: 0)

    @Option(help: "Seconds that a stop waits for running requests.")
    var drainTimeout: Int = Environment.value("DRAIN_TIMEOUT", default: 30)

    @Option(help: "Whether /metrics needs no token: on or off.")
    var openMetrics: Switch = Environment.value("OPEN_METRICS", default: .off)

    @Option(help: "The folder for large request bodies while they come in.")
    var spoolFolder: String = Environment.value("SPOOL_FOLDER", default: "/tmp")

    @Option(help: "The origins whose pages may read answers, with commas: https://crm.example.com.")
    var corsOrigins: OriginList = Environment.value("CORS_ORIGINS", default: OriginList())

    @Option(help: "The proxies that are believed about addresses, with commas: 10.0.0.0/8.")
    var trustedProxies: RangeList = Environment.value("TRUSTED_PROXIES", default: RangeList())

    @OptionGroup var limits: LimitOptions

    @OptionGroup var backups: BackupOptions

    func validate() throws {
        guard (0...65535).contains(port) else {
            throw ValidationError("--port must be from 0 to 65535")
        }
        guard (0...1024).contains(reactors) else {
            throw ValidationError("--reactors must be from 0 to 1024")
        }
        guard (0...1 << 30).contains(drainTimeout) else {
            throw ValidationError("--drain-timeout must be from 0 to \(1 << 30)")
        }
        try corsOrigins.validate()
        try trustedProxies.validate()
    }

    func settings(_ database: DatabaseOptions) throws -> ServiceSettings {
        var settings = ServiceSettings(databasePath: database.database)
        settings.zone = database.zone
        settings.space = database.space
        settings.opensMetrics = openMetrics.isOn
        settings.drainTime = .seconds(drainTimeout)
        settings.allowedOrigins = corsOrigins.all
        settings.trustedProxies = trustedProxies.all
        settings.server.host = host
        settings.server.port = port
        settings.server.inheritedSocket = try InheritedSocket.take()
        if reactors > 0 { settings.server.reactors = reactors }
        settings.server.spoolFolder = spoolFolder
        settings.backups = backups.settings
        limits.apply(to: &settings)
        return settings
    }
}

/// What a service bears.
struct LimitOptions: ParsableArguments {
    @Option(help: "Whether requests are limited by token and address: on or off.")
    var rateLimits: Switch = Environment.value("RATE_LIMITS", default: .on)

    @Option(help: "Requests a minute that a token may make.")
    var tokenRate: Int = Environment.value("TOKEN_RATE", default: 6000)

    @Option(help: "Requests a minute that an address may make without a known token.")
    var addressRate: Int = Environment.value("ADDRESS_RATE", default: 600)

    @Option(help: "The most connections at a time.")
    var maxConnections: Int = Environment.value("MAX_CONNECTIONS", default: 16384)

    @Option(help: "Bytes of a request line.")
    var maxRequestLine: Int = Environment.value("MAX_REQUEST_LINE", default: 8192)

    @Option(help: "Header fields of a request.")
    var maxFields: Int = Environment.value("MAX_FIELDS", default: 100)

    @Option(help: "Bytes of all header fields of a request.")
    var maxFieldBytes: Int = Environment.value("MAX_FIELD_BYTES", default: 16384)

    @Option(help: "Bytes of a chunk's extension.")
    var maxChunkExtension: Int = Environment.value("MAX_CHUNK_EXTENSION", default: 256)

    @Option(help: "Bytes of a body that is no import.")
    var maxBody: Int = Environment.value("MAX_BODY", default: 1 << 20)

    @Option(help: "Levels of nesting of a JSON body.")
    var maxDepth: Int = Environment.value("MAX_DEPTH", default: 64)

    @Option(help: "Seconds for the head of a request.")
    var headerTimeout: Int = Environment.value("HEADER_TIMEOUT", default: 10)

    @Option(help: "Bytes a second that a body, and a reader of answers, has to keep up.")
    var minRate: Int = Environment.value("MIN_RATE", default: 1024)

    @Option(help: "Seconds a connection may be idle.")
    var idleTimeout: Int = Environment.value("IDLE_TIMEOUT", default: 75)

    @Option(help: "Seconds that a reader of answers may take nothing.")
    var writeTimeout: Int = Environment.value("WRITE_TIMEOUT", default: 30)

    func validate() throws {
        let positive = [
            ("--token-rate", tokenRate), ("--address-rate", addressRate),
            ("--max-connections", maxConnections), ("--max-request-line", maxRequestLine),
            ("--max-fields", maxFields), ("--max-field-bytes", maxFieldBytes),
            ("--max-chunk-extension", maxChunkExtension), ("--max-body", maxBody),
            ("--max-depth", maxDepth), ("--header-timeout", headerTimeout),
            ("--min-rate", minRate), ("--idle-timeout", idleTimeout),
            ("--write-timeout", writeTimeout),
        ]
        for (name, value) in positive where !(1...1 << 30).contains(value) {
            throw ValidationError("\(name) must be from 1 to \(1 << 30)")
        }
        // What is read at once has to fit a buffer that each thread has.
        let lines = [
            ("--max-request-line", maxRequestLine), ("--max-field-bytes", maxFieldBytes),
            ("--max-chunk-extension", maxChunkExtension),
        ]
        for (name, value) in lines where value > 1 << 20 {
            throw ValidationError("\(name) must be \(1 << 20) or less")
        }
        // The reader goes down a level with each of its own calls.
        guard maxDepth <= 512 else { throw ValidationError("--max-depth must be 512 or less") }
    }

    func apply(to settings: inout ServiceSettings) {
        if rateLimits.isOn {
            var rates = RateLimits()
            rates.token = RateLimits.Quota(requests: tokenRate, seconds: 60)
            rates.address = RateLimits.Quota(requests: addressRate, seconds: 60)
            settings.rateLimits = rates
        }
        settings.bodyLimit = maxBody
        settings.depthLimit = maxDepth
        settings.server.maxConnections = maxConnections
        settings.server.limits.requestLine = maxRequestLine
        settings.server.limits.fieldCount = maxFields
        settings.server.limits.fieldBytes = maxFieldBytes
        settings.server.limits.chunkExtension = maxChunkExtension
        settings.server.headerTimeout = .seconds(headerTimeout)
        settings.server.bodyMinimumRate = minRate
        settings.server.idleTimeout = .seconds(idleTimeout)
        settings.server.writeTimeout = .seconds(writeTimeout)
    }
}
