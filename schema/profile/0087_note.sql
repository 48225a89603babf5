-- expand: notes of conversations, and the words by which tags of the library are recognised in them
ALTER TABLE tag_type ADD COLUMN words TEXT;
ALTER TABLE tag_type ADD COLUMN words_en TEXT;
ALTER TABLE tag_type ADD COLUMN note_en TEXT;
UPDATE tag_type SET note_en = CASE note
  WHEN '试驾过或已下订。' THEN 'Has driven or ordered.'
  WHEN '留过资。' THEN 'Has asked for a call.'
  WHEN '12 个月内有好友提车。' THEN 'A friend took delivery within 12 months.'
  WHEN '交付满 12 个月。' THEN '12 months or more since delivery.'
  WHEN '交付不满 12 个月。' THEN 'Less than 12 months since delivery.'
  WHEN '本人说的打算；电话或问卷。' THEN 'What they say they mean to do: by phone or in a survey.'
  WHEN '已聘任。' THEN 'Appointed.'
  WHEN '30 天内读 10 次。' THEN 'Read 10 times within 30 days.'
  WHEN '30 天内分享 3 次。' THEN 'Shared 3 times within 30 days.'
  WHEN '180 天内签到 2 次。' THEN 'Checked in twice within 180 days.'
  END;
UPDATE tag_type SET words = CASE name
  WHEN '有子女' THEN '孩子、小孩、儿子、女儿、宝宝、娃、接送上学'
  WHEN '二孩及以上' THEN '两个孩子、俩孩子、二胎、二宝、三胎、老大老二'
  WHEN '露营' THEN '露营、帐篷、天幕'
  WHEN '自驾' THEN '自驾、自驾游、长途旅行、川藏线'
  WHEN '摄影' THEN '摄影、拍照、单反、航拍'
  WHEN '亲子' THEN '亲子、带娃、遛娃'
  WHEN '科技' THEN '智驾、智能驾驶、数码、科技感'
  WHEN '运动' THEN '跑步、健身、骑行、滑雪、打球、爬山'
  WHEN '互联网' THEN '互联网、程序员、码农、大厂'
  WHEN '金融' THEN '银行、证券、基金公司、金融'
  WHEN '医疗' THEN '医生、护士、医院上班'
  WHEN '教育' THEN '老师、教师、学校教书'
  WHEN '制造' THEN '工厂、制造业、车间'
  END,
  words_en = CASE name
  WHEN '有子女' THEN 'kid, kids, child, children, son, daughter, baby'
  WHEN '二孩及以上' THEN 'two kids, two children, second child'
  WHEN '露营' THEN 'camping, camp, tent'
  WHEN '自驾' THEN 'road trip, road trips'
  WHEN '摄影' THEN 'photography, camera, drone'
  WHEN '亲子' THEN 'family outing, family outings'
  WHEN '科技' THEN 'technology, gadgets, autonomous driving'
  WHEN '运动' THEN 'running, gym, cycling, skiing, hiking'
  WHEN '互联网' THEN 'programmer, software, internet company'
  WHEN '金融' THEN 'bank, banking, finance'
  WHEN '医疗' THEN 'doctor, nurse, hospital'
  WHEN '教育' THEN 'teacher, school'
  WHEN '制造' THEN 'factory, manufacturing'
  END;

-- What somebody said, by which channel. What looks personal in it and the person's own values are starred before it is kept.
CREATE TABLE person_note (
  id BIGINT PRIMARY KEY, subject BIGINT NOT NULL, person BIGINT NOT NULL, channel TEXT NOT NULL, text TEXT NOT NULL, at_us BIGINT NOT NULL,
  staff BIGINT NOT NULL, event_no BIGINT NOT NULL
);
CREATE INDEX person_note_person ON person_note (person, at_us, id);
CREATE INDEX person_note_subject ON person_note (subject);
