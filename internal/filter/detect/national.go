package detect

func nationalID(b []byte, i, j int) (start, end int, rule string) { return 0, 0, "" }
