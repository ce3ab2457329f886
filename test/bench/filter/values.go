package main

// cleanValues are attribute values as services send them, up to 100 bytes, with
// nothing private in them.
func cleanValues() []string {
	return []string{
		// words, numbers, names
		"GET",
		"200",
		"postgresql",
		"application/json; charset=utf-8",
		"python-requests/2.32.3",
		"sqlalchemy.exc.OperationalError",
		"drl-trading-execution-7d9f8b6c5d-x2x4z",
		"registry.example.com/trading/execution:v4.2.1-rc.3",
		"ip-10-0-12-7.eu-central-1.compute.internal",
		"10.1.7.33:52814",
		// identifiers and times
		"3f2a9c0b-7e51-4d6f-8a1b-2c3d4e5f6071",
		"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		"2026-05-01T12:34:56.789012345Z",
		"1767225600123456789",
		// paths and URLs
		"/api/v1/orders/{id}/items",
		"/v1/orders/3f2a9c0b-7e51-4d6f-8a1b-2c3d4e5f6071/executions",
		"/usr/local/lib/python3.12/site-packages/opentelemetry/sdk/trace/export/__init__.py",
		"https://shop.example.com/catalog/items/8841?page=2&sort=price",
		"http://features.trading.svc:8080/v1/features/EURUSD?window=256&asof=1700000123",
		"https://api.exchange.example.com/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1&limit=200",
		// statements
		"SELECT id, price FROM orders WHERE symbol = $1 AND status = $2 ORDER BY id LIMIT 50",
		"INSERT INTO fills (order_id, price, quantity, venue, created_at) VALUES ($1, $2, $3, $4, now())",
		// sentences, messages, lines of stack traces and logs
		"order accepted by risk check, routed to venue XETR within the limit of 250 lots, nothing left to do",
		"Connection to upstream timed out after 3 attempts; falling back to the secondary data source now",
		"java.lang.IllegalStateException: Connection pool shut down (state=STOPPED, active=0)",
		"HTTPSConnectionPool(host='api.example.com', port=443): Read timed out. (read timeout=5)",
		"rpc error: code = DeadlineExceeded desc = context deadline exceeded",
		"key=value; path=/; SameSite=Lax",
		"\tat com.example.orders.OrderService.place(OrderService.java:142)",
		`  File "/usr/local/lib/python3.12/site-packages/flask/app.py", line 1511, in wsgi_app`,
		"2026-05-01 12:34:56,789 INFO [worker-3] computed 184 features for EURUSD in 12.7 ms",
		`{"symbol":"EURUSD","side":"buy","qty":100,"price":1.0842,"tif":"GTC"}`,
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
	}
}
